using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Tests.Hosting;

/// <summary>SIGKILL of the host at any moment of its start.</summary>
public sealed class KilledHostTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(150, false)]
    [InlineData(400, true)]
    [InlineData(800, false)]
    [InlineData(1300, true)]
    [InlineData(2500, false)]
    public async Task A_host_that_is_killed_while_it_starts_is_mended_by_what_comes_next(int afterMilliseconds, bool nextIsUp)
    {
        await using var playground = new Playground("mongo", "redis", "menu", "gateway");
        using var first = playground.Start("up", "--detach", "--no-build", "--port", $"{playground.Port}");
        await Eventually.HoldsAsync(() => playground.Host() is not null, "the host is there");
        await Task.Delay(afterMilliseconds);

        playground.Host()!.Process.Signal(Posix.SigKill).ShouldBeTrue();
        await first.WaitForExitAsync(Eventually.Soon);
        if (nextIsUp)
        {
            await playground.UpAsync();
            (await playground.StatusAsync()).Ready.ShouldBeTrue();
        }

        (await playground.CallAsync("down")).ShouldSucceed();
        playground.Processes().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_of_which_every_record_is_lost_is_found_by_its_own_pid_file()
    {
        await using var playground = new Playground("mongo", "redis", "menu", "gateway");
        await playground.UpAsync();
        var state = new StateFolder(playground.State);

        playground.Host()!.Process.Signal(Posix.SigKill).ShouldBeTrue();
        Directory.Delete(state.ProcessRecords, recursive: true);
        File.Delete(state.Processes);
        (await playground.CallAsync("down")).ShouldSucceed();

        playground.Processes().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pid_file_that_names_a_stranger_harms_nobody()
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        using var stranger = System.Diagnostics.Process.Start("sleep", "60");
        var folder = Path.Combine(playground.State, "data", "redis");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "redis.pid"), $"{stranger.Id}\n");

        (await playground.CallAsync("down")).ShouldSucceed().Output.ShouldContain("Nothing is running.");

        stranger.HasExited.ShouldBeFalse();
        stranger.Kill();
    }

    [Fact]
    public async Task What_the_previous_release_recorded_is_ended_too()
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        await playground.UpAsync();
        var started = playground.Living();

        playground.Host()!.Process.Signal(Posix.SigKill).ShouldBeTrue();
        Directory.Delete(new StateFolder(playground.State).ProcessRecords, recursive: true);
        (await playground.CallAsync("down")).ShouldSucceed();

        started.Count.ShouldBe(3);
        started.ShouldAllBe(p => !p.Process.IsAlive);
    }

    [Fact]
    public async Task A_child_whose_host_dies_before_it_is_recorded_never_begins()
    {
        var folder = Directory.CreateTempSubdirectory("record-").FullName;
        var registry = new ProcessRegistry(new StateFolder(folder));
        var began = Path.Combine(folder, "began");

        // No host has this pid, so the child sees its host as dead.
        var record = registry.Reserve("menu/0", Role.Internal, Posix.SigTerm);
        using var orphan = ChildProcess.Start(new ProgramStart("touch", began), Path.Combine(folder, "log"), record, host: int.MaxValue);
        await orphan.WaitForExitAsync(Eventually.Soon);
        File.Exists(began).ShouldBeFalse();

        var second = registry.Reserve("menu/0", Role.Internal, Posix.SigTerm);
        using var child = ChildProcess.Start(new ProgramStart("sleep", "60"), Path.Combine(folder, "log"), second);
        File.Delete(new StateFolder(folder).Processes);
        await Eventually.HoldsAsync(() => new ProcessRegistry(new StateFolder(folder)).Living().Count == 1, "it has recorded itself");
        var known = new ProcessRegistry(new StateFolder(folder)).Living().ShouldHaveSingleItem();
        known.Name.ShouldBe("menu/0");
        known.Process.ShouldBe(ProcessIdentity.Of(child.Id));
        child.Kill();
        Directory.Delete(folder, recursive: true);
    }
}
