using System.Diagnostics;
using System.Text.Json;

namespace MariosPizzeria.SystemTests;

/// <summary>A short run of <c>./pizzeria chaos</c>, whose ledger shows that nothing is lost. The command starts its own system.</summary>
[Collection(SystemCollection.Name)]
public sealed class ChaosTests : IDisposable
{
    // The run takes a minute and a half on an idle machine.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    private readonly string _state = Path.Combine(Path.GetTempPath(), "pizzeria-chaos-" + Guid.NewGuid().ToString("N")[..8]);

    [Fact]
    public async Task Nothing_is_lost_while_every_process_type_and_every_server_is_killed()
    {
        using var chaos = Chaos("--orders", "300", "--kills", "1", "--every", "2", "--seed", "7", "--json");
        var (result, progress) = await OutputAsync(chaos);

        chaos.ExitCode.ShouldBe(0, result + progress);
        using var json = JsonDocument.Parse(result);
        json.RootElement.GetProperty("seed").GetInt32().ShouldBe(7);
        json.RootElement.GetProperty("orders").GetInt32().ShouldBeGreaterThanOrEqualTo(300);
        json.RootElement.GetProperty("exitCode").GetInt32().ShouldBe(0);
        var kills = json.RootElement.GetProperty("kills").EnumerateObject().ToDictionary(each => each.Name, each => each.Value.GetInt32());
        kills.Keys.ShouldBe(
            ["gateway", "kitchen", "menu", "order", "postgres", "rabbitmq", "redis", "scheduler", "worker"],
            ignoreOrder: true
        );
        kills.Values.ShouldAllBe(times => times >= 1);
        json.RootElement.GetProperty("gateways").EnumerateObject().Count().ShouldBe(3, "the public address and both gateways took orders");
        var rows = json.RootElement.GetProperty("ledger").EnumerateArray().ToList();
        rows.Count.ShouldBeGreaterThan(20);
        rows.ShouldAllBe(row => row.GetProperty("ok").GetBoolean());
        Directory.EnumerateDirectories(_state, "chaos-*").ShouldBeEmpty("the system is removed");
    }

    [Fact]
    public async Task A_run_that_is_interrupted_stops_and_removes_its_system()
    {
        using var chaos = Chaos("--seed", "8");
        var output = OutputAsync(chaos);
        var record = Path.Combine(_state, "chaos-8", "host.json");
        await Eventually.HoldsAsync(() => Task.FromResult(File.Exists(record)), "the host of the system runs", Deadline);

        await PizzeriaSystem.TerminateAsync(chaos.Id);

        var (result, progress) = await output;
        chaos.ExitCode.ShouldBe(128 + 15, result + progress);
        Directory.EnumerateDirectories(_state, "chaos-*").ShouldBeEmpty(result + progress);
    }

    public void Dispose() => Directory.Delete(_state, recursive: true);

    private Process Chaos(params string[] arguments) =>
        PizzeriaSystem.Start(["chaos", .. arguments], new() { ["PIZZERIA_STATE"] = _state });

    private static async Task<(string Output, string Error)> OutputAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // On SIGTERM the command stops and removes its system. The test fails by its exit code, with the output until then.
            await PizzeriaSystem.TerminateAsync(process.Id);
            await process.WaitForExitAsync();
        }

        return (await output, await error);
    }
}
