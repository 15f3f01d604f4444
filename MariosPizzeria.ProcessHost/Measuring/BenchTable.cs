using MariosPizzeria.ProcessHost.Commands;
using Spectre.Console;

namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>Writes the results as a readable table.</summary>
internal static class BenchTable
{
    public static void Write(IReadOnlyList<BenchLine> lines)
    {
        var table = CommandExtensions.NewTable([
            "",
            "/s",
            "p50 ms",
            "p95",
            "p99",
            "failed",
            "refused",
            "ratio",
            .. BenchLine.CpuNames.Select(name => name == BenchLine.ProcessNames[0] ? $"CPU µs: {name}" : name),
            "load",
        ]);
        foreach (var line in lines)
        {
            table.AddRow([
                line.What,
                Number(line.PerSecond),
                Number(line.P50),
                Number(line.P95),
                Number(line.P99),
                $"{line.Failed}",
                $"{line.Refused}",
                line.Ratio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "",
                .. BenchLine.CpuNames.Select(name => Number(line.Cpu[name])),
                Number(line.LoadCpu),
            ]);
        }

        CommandExtensions.Write(table);
        foreach (var note in Notes(lines))
        {
            Console.WriteLine(note);
        }
    }

    /// <summary>Returns the reference of each ratio, and the ratios of processor time.</summary>
    private static IEnumerable<string> Notes(IReadOnlyList<BenchLine> lines)
    {
        foreach (var line in lines.Where(line => line.Limit != BenchLine.NoLimit))
        {
            yield return line.Ratio is { } ratio
                ? $"{line.What}: {ratio:0.00} of {line.LimitPerSecond:0}/s ({line.Limit})"
                : $"{line.What}: {line.Limit}";
        }

        var menu = lines.FirstOrDefault(line => line.What == "menu");
        if (menu is not null && lines.FirstOrDefault(line => line.What == "nginx with proxy_cache") is { PerSecond: > 0 } cached)
        {
            yield return $"menu: {menu.PerSecond / cached.PerSecond:0.00} of nginx with proxy_cache";
        }

        if (lines.FirstOrDefault(line => line.What == "order completed") is not { } completed)
        {
            yield break;
        }

        if (lines.FirstOrDefault(line => line.What == "pgbench")?.Cpu[BenchLine.Total] is { } insert and > 0)
        {
            yield return $"order completed: its CPU is {completed.Cpu[BenchLine.Total] / insert:0.0} times pgbench's for the same insert";
        }

        foreach (
            var stored in lines.Where(line => line != completed && line.What.EndsWith(completed.What) && completed.Cpu[BenchLine.Total] > 0)
        )
        {
            yield return $"{stored.What}: its CPU is {stored.Cpu[BenchLine.Total] / completed.Cpu[BenchLine.Total]:0.00} times that of {completed.What}";
        }

        if (lines.FirstOrDefault(line => line.What == "idle") is { } idle)
        {
            yield return $"idle: CPU in percent of one core; {idle.PssMegabytes:0} MiB PSS of the processes without the servers, "
                + $"{completed.PssMegabytes:0} after the load";
        }
    }

    private static string Number(double value) => value == 0 ? "" : value.ToString(value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
