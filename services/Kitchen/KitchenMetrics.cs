using System.Diagnostics.Metrics;
using MariosPizzeria.ServiceDefaults.Telemetry;

namespace MariosPizzeria.KitchenService;

/// <summary>The kitchen's metrics; see docs/metrics.md.</summary>
public sealed class KitchenMetrics
{
    private const string State = "pizzeria.ticket.state";

    private readonly Gauge<int> _tickets;
    private readonly Histogram<double> _cooking;

    /// <summary>Counts the events of each commit of this process from now on.</summary>
    public KitchenMetrics(IMeterFactory meters, CommittedEventQueue commits)
    {
        var meter = meters.CreatePizzeriaMeter();
        _tickets = meter.CreateGauge<int>("pizzeria.kitchen.tickets", "{ticket}", "Tickets in the kitchen");
        _cooking = meter.CreateHistogramOfMinutes("pizzeria.kitchen.cooking.duration", "Time from a chef's start to the ready ticket");
        commits.AddListener(Count);
    }

    /// <summary>Records the load that a replica has just read from the store.</summary>
    public void TicketsCounted(LoadFigures figures)
    {
        _tickets.Record(figures.Queued, new KeyValuePair<string, object?>(State, "queued"));
        _tickets.Record(figures.Cooking, new KeyValuePair<string, object?>(State, "cooking"));
    }

    private void Count(IDocument document, IReadOnlyList<Event> events)
    {
        foreach (var ready in events.OfType<OrderReady>())
        {
            _cooking.Record(Math.Max(0, (ready.OccurredAt - ready.CookingStartedAt).TotalSeconds));
        }
    }
}
