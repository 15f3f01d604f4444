using System.Text.Json;

namespace MariosPizzeria.SystemTests;

/// <summary>The operator's proofs and measurements.</summary>
[Collection(SystemCollection.Name)]
public sealed class VerifyTests(PizzeriaSystem system)
{
    [Fact]
    public async Task The_twelve_factors_hold_on_the_running_system()
    {
        await system.UntilReady();

        var (exit, output) = await system.Command("verify", "--json");

        using var rows = JsonDocument.Parse(output);
        rows.RootElement.EnumerateArray()
            .Select(row => row.GetProperty("factor").GetString())
            .ShouldBe(["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]);
        rows.RootElement.EnumerateArray().ShouldAllBe(row => row.GetProperty("holds").GetBoolean(), output);
        rows.RootElement.EnumerateArray().ShouldAllBe(row => row.GetProperty("seen").GetString()!.Length > 20);
        exit.ShouldBe(0);
    }

    [Fact]
    public async Task A_measurement_says_how_much_of_this_machines_limits_is_reached()
    {
        var (exit, output) = await system.Command("bench", "--running", "--seconds", "1", "--warm-up", "2", "--json");

        using var lines = JsonDocument.Parse(output[output.IndexOf('[', StringComparison.Ordinal)..(output.LastIndexOf(']') + 1)]);
        var measured = lines.RootElement.EnumerateArray().ToDictionary(line => line.GetProperty("what").GetString()!);
        foreach (var what in (string[])["menu", "order"])
        {
            measured[what].GetProperty("perSecond").GetDouble().ShouldBeGreaterThan(1, output);
            measured[what].GetProperty("p50").GetDouble().ShouldBeLessThanOrEqualTo(measured[what].GetProperty("p99").GetDouble());
            // On a machine that is busy with other things one or another may be told to come again.
            measured[what].GetProperty("failed").GetDouble().ShouldBeLessThan(measured[what].GetProperty("perSecond").GetDouble(), output);
            measured[what].GetProperty("limit").GetString().ShouldNotBeNullOrEmpty();
        }

        exit.ShouldBe(0, output);
        measured["menu"].GetProperty("ratio").GetDouble().ShouldBeGreaterThan(0);
    }
}
