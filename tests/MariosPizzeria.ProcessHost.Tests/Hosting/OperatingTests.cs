namespace MariosPizzeria.ProcessHost.Tests.Hosting;

/// <summary>An operator's actions on a running system.</summary>
public sealed class OperatingTests(RunningPlayground running) : IClassFixture<RunningPlayground>
{
    [Fact]
    public async Task The_gateway_is_reached_on_the_public_port_and_nobody_else_holds_its_socket()
    {
        var playground = running.Playground;

        var gateway = await playground.ProcessAsync("gateway");
        var menu = await playground.ProcessAsync("menu");

        (await Playground.Http.GetStringAsync(new Uri($"{playground.Gateway}/pid"))).ShouldBe($"{gateway.Pid}");
        (await Playground.Http.GetStringAsync(new Uri($"{gateway.Url}/pid"))).ShouldBe($"{gateway.Pid}");
        var shared = new FileInfo($"/proc/{gateway.Pid}/fd/3").LinkTarget;
        shared.ShouldStartWith("socket:");
        new DirectoryInfo($"/proc/{menu.Pid}/fd").EnumerateFiles().Select(f => f.LinkTarget).ShouldNotContain(shared);
        (await playground.VariablesOfAsync("menu")).Keys.ShouldNotContain("LISTEN_FDS");
    }

    [Fact]
    public async Task Admin_runs_with_the_services_configuration_and_passes_its_exit_code_on()
    {
        var playground = running.Playground;

        var done = await playground.CallAsync("admin", "menu", "exit", "42");
        var unknown = await playground.CallAsync("admin", "menu", "bake", "--hot");
        var nobody = await playground.CallAsync("admin", "bakery", "migrate");

        done.ExitCode.ShouldBe(42);
        done.Output.ShouldContain("leaving with 42, Host=127.0.0.1;");
        unknown.ExitCode.ShouldBe(1);
        unknown.Error.ShouldContain("Unknown command: bake");
        nobody.ShouldFail().Error.ShouldContain("no service \"bakery\"");
    }

    [Fact]
    public async Task Logs_are_the_processes_lines_in_order_and_nothing_else()
    {
        var playground = running.Playground;
        var before = (await playground.CallAsync("logs")).ShouldSucceed().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (
            var (address, word) in new[]
            {
                ((await playground.ProcessAsync("menu")).Url, "first"),
                (playground.Gateway, "second"),
                ((await playground.ProcessAsync("menu")).Url, "third"),
            }
        )
        {
            await Playground.Http.GetStringAsync(new Uri($"{address}/say/{word}"));
        }

        var lines = (await playground.CallAsync("logs")).ShouldSucceed().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var menu = (await playground.CallAsync("logs", "menu")).ShouldSucceed().Output;
        var redis = (await playground.CallAsync("logs", "redis")).ShouldSucceed().Output;

        lines.ShouldAllBe(l => l.StartsWith("{\"timestamp\":", StringComparison.Ordinal));
        lines.Skip(before.Length).Select(l => l.Split("\"message\":")[1]).ShouldBe(["\"first\"}", "\"second\"}", "\"third\"}"]);
        menu.ShouldNotContain("second");
        redis.ShouldContain("Ready to accept connections");
        (await playground.CallAsync("logs", "nobody")).ShouldFail().Error.ShouldContain("menu, gateway");
    }
}
