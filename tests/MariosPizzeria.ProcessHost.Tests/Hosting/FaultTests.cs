using System.Diagnostics;
using System.Net.Http.Json;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Tests.Hosting;

public sealed class FaultTests(RunningPlayground running) : IClassFixture<RunningPlayground>
{
    [Fact]
    public async Task A_killed_process_comes_back_on_its_own_address()
    {
        var playground = running.Playground;
        var before = await playground.ProcessAsync("menu");

        Posix.Signal(before.Pid!.Value, Posix.SigKill);

        await Eventually.HoldsAsync(
            async () => await playground.ProcessAsync("menu") is { Ready: true } now && now.Pid != before.Pid,
            "menu is ready again"
        );
        var after = await playground.ProcessAsync("menu");
        after.Url.ShouldBe(before.Url);
        after.Restarts.ShouldBe(1);
        await Eventually.HoldsAsync(async () => (await playground.StatusAsync()).Ready, "everything is ready again");
    }

    [Fact]
    public async Task A_killed_server_comes_back_with_its_data()
    {
        var playground = running.Playground;
        var before = (await playground.StatusAsync()).Servers.Single(s => s.Name == "redis");

        Posix.Signal(before.Pid!.Value, Posix.SigKill);

        await Eventually.HoldsAsync(
            async () =>
            {
                var now = await playground.StatusAsync();
                now.Servers.ShouldAllBe(s => s.Pid != null || !s.Ready);
                return now.Ready && now.Servers.Single(s => s.Name == "redis").Pid != before.Pid;
            },
            "everything is ready again"
        );
        var status = await playground.StatusAsync();
        var after = status.Servers.Single(s => s.Name == "redis");
        after.Address.ShouldBe(before.Address);
        after.Restarts.ShouldBe(1);
        foreach (var process in status.Processes)
        {
            var asked = await Playground.Http.GetFromJsonAsync<DateTimeOffset>(new Uri($"{process.Url}/asked"));
            asked.ShouldBeGreaterThan(after.Since, $"{process.Name} is called ready for what it said before");
        }
    }

    [Fact]
    public async Task What_a_killed_host_left_behind_is_ended_by_the_next_up()
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        await playground.UpAsync();
        var orphans = playground.Living();
        var gateway = await playground.ProcessAsync("gateway");

        playground.Host()!.Process.Signal(Posix.SigKill).ShouldBeTrue();
        (await Playground.Http.GetStringAsync(new Uri($"{playground.Gateway}/pid"))).ShouldBe(
            $"{gateway.Pid}",
            "its children go on, and their logs do not break"
        );
        (await playground.CallAsync("status")).Output.ShouldContain("The host was killed");
        await playground.UpAsync();

        orphans.Count.ShouldBe(3);
        orphans.ShouldAllBe(p => !p.Process.IsAlive);
        (await playground.StatusAsync()).Ready.ShouldBeTrue();
        (await playground.ProcessAsync("gateway")).Url.ShouldBe(gateway.Url);
    }

    [Fact]
    public async Task What_a_killed_host_left_behind_is_ended_by_down_and_nothing_else_is()
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        using var stranger = Process.Start("sleep", "60");
        await playground.UpAsync();
        var orphans = playground.Living();
        playground.Host()!.Process.Signal(Posix.SigKill).ShouldBeTrue();
        // The record of a process whose pid belongs to another process by this time.
        var file = Path.Combine(playground.State, "processes.json");
        await File.WriteAllTextAsync(
            file,
            (await File.ReadAllTextAsync(file)).Replace(
                $"\"pid\": {orphans[0].Process.Pid},",
                $"\"pid\": {stranger.Id},",
                StringComparison.Ordinal
            )
        );

        (await playground.CallAsync("down")).ShouldSucceed();

        orphans.Skip(1).ShouldAllBe(p => !p.Process.IsAlive);
        stranger.HasExited.ShouldBeFalse();
        stranger.Kill();
        orphans[0].Process.Signal(Posix.SigKill); // the process whose record this test replaced
    }

    [Fact]
    public async Task A_process_that_cannot_start_is_shown_with_its_last_words_and_nothing_stays_behind()
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        playground.Set("STANDIN_DIES", "the oven is cold", process: "menu");

        var up = await playground.CallAsync("up", "--detach", "--no-build", "--port", $"{playground.Port}");

        up.ShouldFail().Error.ShouldContain("menu/0 ended repeatedly while starting");
        up.Error.ShouldContain("cannot start: the oven is cold");
        playground.Living().ShouldBeEmpty();
        await Eventually.HoldsAsync(() => playground.Host() is null, "the host has gone");
    }

    [Fact]
    public async Task A_migration_that_fails_stops_the_start_with_its_words()
    {
        await using var playground = new Playground("mongo", "redis", "menu", "gateway");
        playground.Set("STANDIN_MIGRATE_FAILS", "yes", process: "menu");

        var up = await playground.CallAsync("up", "--detach", "--no-build", "--port", $"{playground.Port}");

        up.ShouldFail().Error.ShouldContain("\"migrate menu\" failed (exit code 3)");
        up.Error.ShouldContain("the database says no");
        playground.Living().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_taken_port_is_named_with_its_owner_at_once()
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        using var owner = LoopbackPort.Listen(playground.Port);

        var up = await playground.CallAsync("up", "--detach", "--no-build", "--port", $"{playground.Port}");

        up.ShouldFail().Error.ShouldContain($"Port {playground.Port} cannot be used");
        up.Error.ShouldContain($"(pid {Environment.ProcessId})");
    }

    [Theory]
    [InlineData("99999")]
    [InlineData("0")]
    [InlineData("oven")]
    public async Task A_port_that_is_none_is_named_before_anything_starts(string port)
    {
        await using var playground = new Playground("redis", "menu", "gateway");

        var up = await playground.CallAsync("up", "--detach", "--no-build", "--port", port);

        up.ShouldFail().Error.ShouldContain($"--port {port}: a port is a number from 1 to 65535.");
        playground.Host().ShouldBeNull();
    }

    [Fact]
    public async Task A_resource_of_an_unknown_type_is_named_before_anything_starts()
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        playground.Add("cloud", """{ "type": "azure.bicep.v0" }""");

        var up = await playground.CallAsync("up", "--detach", "--no-build", "--port", $"{playground.Port}");

        up.ShouldFail().Error.ShouldContain("\"cloud\" is of type \"azure.bicep.v0\"");
        playground.Host().ShouldBeNull();
    }

    [Theory]
    [InlineData("restart", "menu")]
    [InlineData("admin", "menu", "migrate")]
    public async Task What_needs_a_running_system_says_how_to_get_one(params string[] call)
    {
        await using var playground = new Playground("redis", "menu", "gateway");

        (await playground.CallAsync(call)).ShouldFail().Error.ShouldContain("./pizzeria up");
    }
}
