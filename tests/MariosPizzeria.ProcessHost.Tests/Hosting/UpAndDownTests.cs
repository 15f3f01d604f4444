using System.Text.Json;
using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Tests.Hosting;

public sealed class UpAndDownTests
{
    [Fact]
    public async Task Up_prepares_the_databases_starts_everything_and_says_where_it_is()
    {
        await using var playground = new Playground("mongo", "redis", "menu", "order", "gateway");

        var up = await playground.CallAsync("up", "--detach", "--no-build", "--port", $"{playground.Port}");

        up.ShouldSucceed().Output.ShouldContain($"open: {playground.Gateway}");
        var said = (await playground.CallAsync("status", "--json")).ShouldSucceed().Output;
        var status = JsonSerializer.Deserialize<SystemStatus>(said, JsonSerializerOptions.Web)!;
        status.Ready.ShouldBeTrue();
        status.Gateway.ShouldBe(playground.Gateway);
        status.Processes.Select(p => p.Name).ShouldBe(["menu", "order", "gateway"], ignoreOrder: true);
        status.Processes.ShouldAllBe(p => p.Ready && p.State == "running" && p.Pid > 0 && p.Restarts == 0);
        status.Servers.Select(s => s.Name).ShouldBe(["postgres", "redis"], ignoreOrder: true);
        status.Servers.ShouldAllBe(s => s.Ready && s.Pid > 0);
        var journal = await File.ReadAllLinesAsync(playground.Journal);
        journal.Count(l => l.StartsWith("migrate Host=127.0.0.1;", StringComparison.Ordinal)).ShouldBe(2);
        journal.Count(l => l.EndsWith("Database=menudb", StringComparison.Ordinal)).ShouldBe(2);
        journal.Length.ShouldBe(4);
    }

    [Fact]
    public async Task Down_leaves_no_process_and_all_data_and_may_be_said_twice()
    {
        await using var playground = new Playground("mongo", "redis", "menu", "gateway");
        await playground.UpAsync();
        var started = playground.Living();
        var secrets = await File.ReadAllTextAsync(Path.Combine(playground.State, "secrets.json"));
        var prepared = await File.ReadAllTextAsync(playground.Journal);
        var before = await playground.StatusAsync();

        (await playground.CallAsync("down")).ShouldSucceed().Output.ShouldContain("Stopped.");

        started.Count.ShouldBe(4); // two servers and two processes
        started.ShouldAllBe(p => !p.Process.IsAlive);
        (await playground.CallAsync("down")).ShouldSucceed().Output.ShouldContain("Nothing is running.");
        var said = (await playground.CallAsync("status", "--json")).ShouldSucceed().Output;
        var idle = JsonSerializer.Deserialize<SystemStatus>(said, JsonSerializerOptions.Web)!;
        idle.Ready.ShouldBeFalse();
        idle.Processes.ShouldBeEmpty();
        idle.Servers.ShouldBeEmpty();

        await playground.UpAsync();

        var after = await playground.StatusAsync();
        after.Processes.Select(p => p.Url).ShouldBe(before.Processes.Select(p => p.Url), "a replica's port is its own over restarts");
        (await File.ReadAllTextAsync(Path.Combine(playground.State, "secrets.json"))).ShouldBe(secrets);
        (await File.ReadAllTextAsync(playground.Journal)).ShouldBe(prepared, "what this build has migrated and seeded is so still");
        File.GetUnixFileMode(Path.Combine(playground.State, "secrets.json")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.Exists(Path.Combine(playground.State, "data", "postgres", "data")).ShouldBeTrue();
    }

    [Fact]
    public async Task Fresh_forgets_data_and_logs_and_prepares_the_new_data()
    {
        await using var playground = new Playground("mongo", "redis", "menu", "gateway");
        await playground.UpAsync();
        var prepared = (await File.ReadAllLinesAsync(playground.Journal)).Length;
        var keepsake = Path.Combine(playground.State, "data", "redis", "keepsake");
        await File.WriteAllTextAsync(keepsake, "");
        var pid = (await playground.ProcessAsync("menu")).Pid;

        await playground.UpAsync("--fresh");

        File.Exists(keepsake).ShouldBeFalse();
        (await File.ReadAllLinesAsync(playground.Journal)).Length.ShouldBe(2 * prepared);
        (await playground.ProcessAsync("menu")).Pid.ShouldNotBe(pid);
        (await playground.CallAsync("logs", "menu"))
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldHaveSingleItem()
            .ShouldContain("started");
    }

    [Fact]
    public async Task Two_checkouts_stand_side_by_side()
    {
        await using var one = new Playground("redis", "menu", "gateway");
        await using var other = new Playground("redis", "menu", "gateway");
        await Task.WhenAll(one.UpAsync(), other.UpAsync());

        (await one.CallAsync("down")).ShouldSucceed();

        (await other.StatusAsync()).Ready.ShouldBeTrue();
        (await Playground.Http.GetStringAsync(new Uri($"{other.Gateway}/pid"))).ShouldBe($"{(await other.ProcessAsync("gateway")).Pid}");
    }

    [Fact]
    public async Task A_copied_checkout_takes_no_port_of_the_running_one_not_even_those_it_keeps_for_later()
    {
        await using var original = new Playground("redis", "menu", "gateway");
        await original.UpAsync();
        await using var copy = new Playground("redis", "menu", "gateway");
        Directory.CreateDirectory(copy.State);
        File.Copy(Path.Combine(original.State, "ports.json"), Path.Combine(copy.State, "ports.json"));

        await copy.UpAsync();

        var kept = await PortsOf(original);
        kept.Keys.ShouldContain("menu/spare", "nobody listens there as long as the only replica runs");
        (await PortsOf(copy)).Values.Intersect(kept.Values).ShouldBeEmpty();

        static async Task<Dictionary<string, int>> PortsOf(Playground playground) =>
            JsonSerializer.Deserialize<Dictionary<string, int>>(await File.ReadAllTextAsync(Path.Combine(playground.State, "ports.json")))!;
    }

    [Fact]
    public async Task A_detached_up_can_be_captured_and_keeps_none_of_its_callers_files()
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        var kept = Path.Combine(playground.Root, "kept");
        var script =
            $"""exec 7>{kept}; said=$({playground.CommandLine} up --detach --no-build --port {playground.Port}); echo "captured: $said" """;

        var call = await ChildProcess.RunAsync("bash", ["-c", script], Eventually.Soon, workingDirectory: playground.Root);

        call.All.ShouldStartWith("captured: ");
        call.All.ShouldContain($"open: {playground.Gateway}");
        foreach (var pid in playground.Living().Select(p => p.Process.Pid).Append(playground.Host()!.Process.Pid))
        {
            var open = new DirectoryInfo($"/proc/{pid}/fd").EnumerateFiles().Select(f => f.LinkTarget).ToList();
            open.ShouldNotContain(kept);
        }
    }

    [Fact]
    public async Task In_the_foreground_SIGTERM_stops_everything()
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        using var up = playground.Start("up", "--no-build", "--port", $"{playground.Port}");
        var seen = "";
        while (!seen.Contains("Ctrl-C stops everything", StringComparison.Ordinal))
        {
            seen += await up.StandardOutput.ReadLineAsync(Eventually.Soon) ?? throw new InvalidOperationException($"up ended:\n{seen}");
        }

        var started = playground.Living();
        Posix.Signal(up.Id, Posix.SigTerm);
        await up.WaitForExitAsync(Eventually.Soon);

        up.ExitCode.ShouldBe(0);
        started.Count.ShouldBe(3);
        started.ShouldAllBe(p => !p.Process.IsAlive);
    }

    [Fact]
    public async Task Logs_can_be_followed_over_a_rotation()
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        await playground.UpAsync();
        var menu = (await playground.ProcessAsync("menu")).Url;
        using var logs = playground.Start("logs", "menu", "-f");
        (await logs.StandardOutput.ReadLineAsync(Eventually.Soon))!.ShouldContain("started");

        await Playground.Http.GetStringAsync(new Uri($"{menu}/say/before"));
        (await logs.StandardOutput.ReadLineAsync(Eventually.Soon))!.ShouldContain("before");
        LogRotation.Rotate(Path.Combine(playground.State, "logs", "menu.0.log"));
        await Playground.Http.GetStringAsync(new Uri($"{menu}/say/after"));
        (await logs.StandardOutput.ReadLineAsync(Eventually.Soon))!.ShouldContain("after");

        logs.Kill();
        (await playground.CallAsync("logs", "menu")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(3);
    }
}
