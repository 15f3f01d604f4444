using System.Diagnostics.Metrics;

namespace MariosPizzeria.ServiceDefaults.Telemetry;

/// <summary>The meter of the business metrics; docs/metrics.md lists its instruments.</summary>
public static class PizzeriaMeter
{
    /// <summary>The meter's name, for exporters and dashboards.</summary>
    public const string Name = "MariosPizzeria";

    /// <summary>Bounds of the histograms of minutes, in seconds: half a minute to an hour.</summary>
    private static readonly InstrumentAdvice<double> Minutes = new()
    {
        HistogramBucketBoundaries = [30, 60, 120, 180, 300, 450, 600, 900, 1200, 1800, 3600],
    };

    /// <summary>Creates the meter of this process.</summary>
    public static Meter CreatePizzeriaMeter(this IMeterFactory meters) => meters.Create(Name);

    /// <summary>Creates a histogram of times that are usually minutes, recorded in seconds.</summary>
    public static Histogram<double> CreateHistogramOfMinutes(this Meter meter, string name, string description) =>
        meter.CreateHistogram(name, "s", description, tags: null, Minutes);
}
