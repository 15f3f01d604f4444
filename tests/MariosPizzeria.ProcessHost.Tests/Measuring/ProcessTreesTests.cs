using System.Diagnostics;
using MariosPizzeria.ProcessHost.Measuring;
using MariosPizzeria.ProcessHost.Tests.Hosting;

namespace MariosPizzeria.ProcessHost.Tests.Measuring;

public sealed class ProcessTreesTests
{
    private const double TenthOfASecond = 100_000;

    [Fact]
    public async Task The_time_of_children_counts_while_they_live_and_after_they_have_ended()
    {
        // The shell itself only waits: its children do all the work.
        const string Work = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";
        using var process = Process.Start("bash", ["-c", $"bash -c '{Work}'; bash -c '{Work}; read' & read; wait"]);
        try
        {
            var trees = new ProcessTrees(new Dictionary<string, int[]>(StringComparer.Ordinal) { ["work"] = [process.Id] });
            var before = trees.ProcessorTime()["work"];

            await Eventually.HoldsAsync(() => trees.ProcessorTime()["work"] - before > TenthOfASecond, "the children have worked");

            trees.ProportionalMegabytes().ShouldBeGreaterThan(0);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task A_root_that_has_ended_is_named_instead_of_counted_as_nothing()
    {
        using var process = Process.Start("true");
        await process.WaitForExitAsync(Eventually.Soon);

        var trees = new ProcessTrees(new Dictionary<string, int[]>(StringComparer.Ordinal) { ["order"] = [process.Id] });

        Should.Throw<PizzeriaException>(() => trees.ProcessorTime()).Message.ShouldContain("order");
    }
}
