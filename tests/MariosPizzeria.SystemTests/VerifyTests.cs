using System.Text.Json;

namespace MariosPizzeria.SystemTests;

/// <summary>The operator's verification and benchmark commands.</summary>
[Collection(SystemCollection.Name)]
public sealed class VerifyTests(PizzeriaSystem system)
{
    [Fact]
    public async Task The_twelve_factors_hold_on_the_running_system()
    {
        await system.UntilReadyAsync();

        var (exit, output) = await system.CommandAsync("verify", "--json");

        using var rows = JsonDocument.Parse(output);
        rows.RootElement.EnumerateArray()
            .Select(row => row.GetProperty("factor").GetString())
            .ShouldBe(["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]);
        rows.RootElement.EnumerateArray().ShouldAllBe(row => row.GetProperty("holds").GetBoolean(), output);
        rows.RootElement.EnumerateArray().ShouldAllBe(row => row.GetProperty("seen").GetString()!.Length > 20);
        exit.ShouldBe(0);
    }

    [Fact]
    public async Task A_measurement_says_what_this_machine_reaches_and_what_each_process_spends_on_it()
    {
        var queued = await Queued();

        var (exit, output) = await system.CommandAsync([
            "bench",
            "--running",
            "--seconds",
            "1",
            "--order-seconds",
            "1",
            "--warm-up",
            "1",
            "--json",
        ]);

        exit.ShouldBe(0, output);
        using var lines = JsonDocument.Parse(output[output.IndexOf("[\n", StringComparison.Ordinal)..(output.LastIndexOf(']') + 1)]);
        var measured = lines.RootElement.EnumerateArray().ToDictionary(line => line.GetProperty("what").GetString()!);
        foreach (var what in (string[])["menu", "menu, one at a time", "order", "order completed", "order, one at a time"])
        {
            measured[what].GetProperty("perSecond").GetDouble().ShouldBeGreaterThan(1, output);
            measured[what].GetProperty("p50").GetDouble().ShouldBeLessThanOrEqualTo(measured[what].GetProperty("p99").GetDouble());
            // On a busy machine, a few requests may get an answer to retry later.
            measured[what].GetProperty("failed").GetDouble().ShouldBeLessThan(measured[what].GetProperty("perSecond").GetDouble(), output);
        }

        measured["menu"].GetProperty("ratio").GetDouble().ShouldBeGreaterThan(0);
        measured["idle"].GetProperty("pssMegabytes").GetDouble().ShouldBeGreaterThan(10);

        // Every accepted order has its ticket before the time is taken, and its cost includes every process that takes part.
        var completed = measured["order completed"];
        completed.GetProperty("ratio").GetDouble().ShouldBeInRange(0.01, 1);
        foreach (var process in (string[])["gateway", "order", "menu", "worker", "kitchen", "postgres", "rabbitmq", "total"])
        {
            completed.GetProperty("cpu").GetProperty(process).GetDouble().ShouldBeGreaterThan(0, $"{process}: {output}");
        }

        // The benchmark has cancelled the orders that it placed.
        await Eventually.HoldsAsync(async () => await Queued() <= queued, "the kitchen's list is as it was");

        async Task<int> Queued()
        {
            using var chef = await Guest.SignInAsync(system, "chef");
            return (await chef.GetAsync("/api/kitchen/status")).GetProperty("queued").GetInt32();
        }
    }
}
