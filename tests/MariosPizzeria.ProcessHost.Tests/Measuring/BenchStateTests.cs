using MariosPizzeria.ProcessHost.Commands;
using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Measuring;

namespace MariosPizzeria.ProcessHost.Tests.Measuring;

public sealed class BenchStateTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("bench-").FullName;
    private readonly BenchState _bench;

    public BenchStateTests() => _bench = new(new Checkout(_root, new StateFolder(Path.Combine(_root, ".pizzeria"))));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Everything_is_deleted_when_nothing_runs()
    {
        var systems = new[] { _bench.Empty.State, _bench.Stored.State };
        Directory.CreateDirectory(_bench.FilesFolder);

        _bench.Delete();

        systems.ShouldAllBe(state => !Directory.Exists(state.Path));
        Directory.Exists(Path.GetDirectoryName(_bench.FilesFolder)).ShouldBeFalse();
    }

    [Fact]
    public void A_system_that_still_runs_is_kept_and_the_rest_is_deleted()
    {
        var (running, stopped) = (_bench.Empty.State, _bench.Stored.State);
        Directory.CreateDirectory(_bench.FilesFolder);
        Directory.CreateDirectory(running.ProcessRecords);
        StateFolder.Write(
            Path.Combine(running.ProcessRecords, "menu.0"),
            new StartedProcess("menu/0", Role.Internal, ProcessIdentity.Of(Environment.ProcessId)!, Posix.SigTerm)
        );

        _bench.Delete();

        Directory.Exists(running.ProcessRecords).ShouldBeTrue();
        Directory.Exists(stopped.Path).ShouldBeFalse();
        Directory.Exists(_bench.FilesFolder).ShouldBeFalse();
    }
}
