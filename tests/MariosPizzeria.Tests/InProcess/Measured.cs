using System.Diagnostics.Metrics;
using System.Globalization;
using MariosPizzeria.ServiceDefaults.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace MariosPizzeria.Tests.InProcess;

/// <summary>Collects the measurements of one instrument of a service's meter from this moment on.</summary>
internal static class Measured
{
    public static MetricCollector<T> Measure<T>(this IServiceProvider services, string instrument)
        where T : struct => new(services.GetRequiredService<IMeterFactory>(), PizzeriaMeter.Name, instrument);

    /// <summary>Returns each measurement as <c>value tag=value …</c>, the oldest first.</summary>
    public static IReadOnlyList<string> Seen<T>(this MetricCollector<T> collector)
        where T : struct =>
        [
            .. collector
                .GetMeasurementSnapshot()
                .Select(measurement =>
                    string.Join(
                        ' ',
                        measurement
                            .Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal)
                            .Select(tag => $"{tag.Key}={tag.Value}")
                            .Prepend(string.Create(CultureInfo.InvariantCulture, $"{measurement.Value}"))
                    )
                ),
        ];
}
