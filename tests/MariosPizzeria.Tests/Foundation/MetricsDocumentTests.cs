using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using MariosPizzeria.ServiceDefaults.Telemetry;
using MariosPizzeria.Tests.Architecture;
using MariosPizzeria.Tests.Kitchen;
using MariosPizzeria.Tests.Ordering;
using MariosPizzeria.Worker.Payments;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>docs/metrics.md lists exactly the instruments that exist.</summary>
public sealed partial class MetricsDocumentTests
{
    [Fact]
    public async Task Every_instrument_is_documented_with_its_kind_and_unit_and_no_other_is()
    {
        var published = new ConcurrentBag<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == PizzeriaMeter.Name)
                {
                    published.Add($"{instrument.Name} {KindOf(instrument)} {instrument.Unit}");
                }
            },
        };
        listener.Start();
        await using var order = new OrderFactory();
        await using var kitchen = new KitchenFactory();
        await using var worker = new WorkerFactory(() => order.Server.CreateHandler());
        foreach (var host in new[] { order.Services, kitchen.Services, worker.Services })
        {
            host.ShouldNotBeNull("its start makes its instruments");
        }

        // Created only when the first consumer needs it.
        worker.Services.GetRequiredService<PaymentMetrics>().ShouldNotBeNull();

        var documented = File.ReadLines(Path.Combine(SourceTree.Root, "docs", "metrics.md"))
            .Select(line => Row().Match(line))
            .Where(row => row.Success)
            .Select(row => $"{row.Groups["name"].Value} {row.Groups["kind"].Value} {row.Groups["unit"].Value}");

        documented.Order(StringComparer.Ordinal).ShouldBe(published.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    private static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0].ToLowerInvariant();

    [GeneratedRegex(
        @"^\| `(?<name>pizzeria\.[a-z._]+)` \| (?<kind>\w+) \| `(?<unit>[^`]+)` \|",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        Timeout.Infinite
    )]
    private static partial Regex Row();
}
