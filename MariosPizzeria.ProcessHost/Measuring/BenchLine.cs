using System.Text.Json.Serialization;

namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>The figures of one measurement (contract §1).</summary>
/// <param name="What">The name: menu, order …; also that of a reference: nginx, pgbench.</param>
/// <param name="PerSecond">Answers per second, or completed orders per second.</param>
/// <param name="P50">Milliseconds, likewise P95 and P99.</param>
/// <param name="Failed">Failed requests of all runs.</param>
/// <param name="Refused">Requests answered with 503 and Retry-After, of all runs.</param>
/// <param name="Limit">The reference of the measurement, or the slowest list.</param>
/// <param name="LimitPerSecond">The rate of the reference in the same run; null if there is no reference.</param>
/// <param name="Ratio">The rate divided by that of the reference; null if there is no reference.</param>
/// <param name="Cpu">Processor time by <see cref="CpuNames"/>, microseconds per operation.</param>
internal sealed record BenchLine(
    string What,
    double PerSecond,
    double P50,
    double P95,
    double P99,
    long Failed,
    long Refused,
    string Limit,
    double? LimitPerSecond,
    double? Ratio,
    IReadOnlyDictionary<string, double> Cpu
)
{
    /// <summary>The <see cref="Limit"/> of a line without a reference.</summary>
    public const string NoLimit = "none";

    /// <summary>In <see cref="Cpu"/>: the sum of all processes, also of those without a name there, such as nginx.</summary>
    public const string Total = "total";

    /// <summary>In <see cref="Cpu"/>: the database, of any kind.</summary>
    public const string Database = "postgres";

    public static readonly IReadOnlyList<string> ProcessNames = ["gateway", "order", "menu", "worker", "kitchen", "scheduler"];

    public static readonly IReadOnlyList<string> CpuNames = [.. ProcessNames, Database, "redis", "rabbitmq", Total];

    /// <summary>Processor time of the load generator, microseconds per operation; not part of any other figure.</summary>
    public double LoadCpu { get; init; }

    /// <summary>Memory of the process types without servers, in MiB; only for <c>idle</c> and, after the load, completed orders.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? PssMegabytes { get; init; }

    /// <summary>Computes the processor time per operation from that of process trees.</summary>
    /// <param name="used">Microseconds by name.</param>
    /// <param name="operations">The number of operations that it was used for.</param>
    public static IReadOnlyDictionary<string, double> CpuOf(IReadOnlyDictionary<string, double> used, double operations) =>
        CpuNames.ToDictionary(
            name => name,
            name => operations <= 0 ? 0 : (name == Total ? used.Values.Sum() : used.GetValueOrDefault(name)) / operations
        );

    /// <summary>Returns the line with its reference.</summary>
    public BenchLine WithReference(string limit, double perSecond) =>
        this with
        {
            Limit = limit,
            LimitPerSecond = perSecond,
            Ratio = perSecond > 0 ? PerSecond / perSecond : null,
        };

    /// <summary>Combines several runs: the median of each figure, and the sum of failed and of refused requests.</summary>
    /// <param name="runs">The line of each run; at least one.</param>
    public static BenchLine MedianOf(IReadOnlyList<BenchLine> runs)
    {
        return runs[0] with
        {
            PerSecond = Median(line => line.PerSecond, 1)!.Value,
            P50 = Median(line => line.P50, 2)!.Value,
            P95 = Median(line => line.P95, 2)!.Value,
            P99 = Median(line => line.P99, 2)!.Value,
            Failed = runs.Sum(line => line.Failed),
            Refused = runs.Sum(line => line.Refused),
            LimitPerSecond = Median(line => line.LimitPerSecond, 1),
            Ratio = Median(line => line.Ratio, 3),
            Cpu = CpuNames.ToDictionary(name => name, name => Median(line => line.Cpu[name], 1)!.Value),
            LoadCpu = Median(line => line.LoadCpu, 1)!.Value,
            PssMegabytes = Median(line => line.PssMegabytes, 1),
        };

        double? Median(Func<BenchLine, double?> figure, int digits)
        {
            double[] sorted = [.. runs.Select(figure).OfType<double>().Order()];
            return sorted.Length == 0 ? null : Math.Round((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, digits);
        }
    }
}
