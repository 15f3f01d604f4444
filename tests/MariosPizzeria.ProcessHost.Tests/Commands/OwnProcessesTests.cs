using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Tests.Hosting;

namespace MariosPizzeria.ProcessHost.Tests.Commands;

/// <summary>Signals to a command that starts builds, tests and their systems.</summary>
public sealed class OwnProcessesTests
{
    [Theory]
    [InlineData(Posix.SigTerm, "test")]
    [InlineData(Posix.SigTerm, "build", "1.0.0")]
    [InlineData(Posix.SigInt, "test", "SomeTest")]
    public async Task What_ends_the_command_ends_all_that_it_started(int signal, params string[] command)
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        var began = await WithABuildThatStartsASystemAsync(playground);
        using var run = playground.Start(command);
        await Eventually.HoldsAsync(() => File.Exists(began) || run.HasExited, "the build has started its system");
        run.HasExited.ShouldBeFalse(run.HasExited ? await run.StandardError.ReadToEndAsync(Eventually.Soon) : "");
        var started = playground.Living();

        Posix.Signal(run.Id, signal).ShouldBeTrue();
        await run.WaitForExitAsync(Eventually.Soon);

        run.ExitCode.ShouldBe(128 + signal, await run.StandardError.ReadToEndAsync(Eventually.Soon));
        started.Count.ShouldBe(3);
        playground.Processes().ShouldBeEmpty();
    }

    /// <summary>Creates a solution whose build starts a system, starts a server beside it, and does not end by itself.</summary>
    /// <returns>The path of a file that exists once they run.</returns>
    private static async Task<string> WithABuildThatStartsASystemAsync(Playground playground)
    {
        Directory.CreateDirectory(Path.Combine(playground.Root, "tests"));
        var began = Path.Combine(playground.Root, "began");
        var script = Path.Combine(playground.Root, "script");
        await File.WriteAllTextAsync(
            script,
            $"""
            {playground.CommandLine} up --detach --no-build --port {playground.Port} || exit 1
            redis-server --port 0 --unixsocket '{playground.Root}/redis.socket' --dir '{playground.Root}' &
            touch '{began}'
            wait
            """
        );
        await File.WriteAllTextAsync(
            Path.Combine(playground.Root, "MariosPizzeria.sln"),
            "Microsoft Visual Studio Solution File, Format Version 12.00\n"
        );
        await File.WriteAllTextAsync(
            Path.Combine(playground.Root, "Directory.Solution.targets"),
            $"""<Project><Target Name="Begin" BeforeTargets="Build"><Exec Command="bash '{script}'" /></Target></Project>"""
        );
        return began;
    }
}
