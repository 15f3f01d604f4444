using System.Text.Json;
using MariosPizzeria.ProcessHost.Measuring;

namespace MariosPizzeria.ProcessHost.Tests.Measuring;

public sealed class BenchLineTests
{
    [Fact]
    public void Several_runs_come_to_their_median_and_to_all_that_failed()
    {
        var line = BenchLine.MedianOf([Line(300, 3, failed: 1), Line(100, 1, failed: 0), Line(200, 90, failed: 2)]);

        line.PerSecond.ShouldBe(200);
        line.P50.ShouldBe(3);
        line.Failed.ShouldBe(3);
        line.LimitPerSecond.ShouldBe(400);
        line.Ratio.ShouldBe(0.5);
        line.Cpu["order"].ShouldBe(3);
        line.Cpu[BenchLine.Total].ShouldBe(6);
    }

    [Fact]
    public void What_has_no_name_of_its_own_is_in_the_total()
    {
        var cpu = BenchLine.CpuOf(new Dictionary<string, double>(StringComparer.Ordinal) { ["menu"] = 100, ["nginx"] = 60 }, operations: 2);

        cpu["menu"].ShouldBe(50);
        cpu["gateway"].ShouldBe(0);
        cpu[BenchLine.Total].ShouldBe(80);
    }

    [Fact]
    public void The_json_has_the_names_that_programs_read()
    {
        var json = JsonSerializer.SerializeToElement(Line(1, 1, failed: 0), JsonSerializerOptions.Web);

        json.EnumerateObject()
            .Select(property => property.Name)
            .ShouldBe(
                ["what", "perSecond", "p50", "p95", "p99", "failed", "refused", "limit", "limitPerSecond", "ratio", "cpu", "loadCpu"],
                ignoreOrder: true
            );
        json.GetProperty("cpu")
            .EnumerateObject()
            .Select(property => property.Name)
            .ShouldBe(["gateway", "order", "menu", "worker", "kitchen", "scheduler", "postgres", "redis", "rabbitmq", "total"]);
    }

    private static BenchLine Line(double perSecond, double p50, long failed) =>
        new BenchLine(
            "order",
            perSecond,
            p50,
            p50,
            p50,
            failed,
            Refused: 0,
            BenchLine.NoLimit,
            LimitPerSecond: null,
            Ratio: null,
            BenchLine.CpuOf(new Dictionary<string, double>(StringComparer.Ordinal) { ["order"] = p50, ["redis"] = p50 }, operations: 1)
        ).WithReference("pgbench", 400);
}
