using System.Diagnostics.Metrics;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Telemetry;

namespace MariosPizzeria.KitchenService;

/// <summary>The kitchen in numbers; see docs/metrics.md.</summary>
public sealed class KitchenMetrics
{
    private const string State = "pizzeria.ticket.state";

    private readonly Gauge<int> _tickets;
    private readonly Histogram<double> _cooking;

    /// <summary>Counts the events of each commit of this process from here on.</summary>
    public KitchenMetrics(IMeterFactory meters, OutboxSignal commits)
    {
        var meter = meters.CreatePizzeriaMeter();
        _tickets = meter.CreateGauge<int>("pizzeria.kitchen.tickets", "{ticket}", "Tickets in the kitchen");
        _cooking = meter.CreateHistogramOfMinutes("pizzeria.kitchen.cooking.duration", "Time from a chef's start to the ready ticket");
        commits.Listen(Count);
    }

    /// <summary>The kitchen as its store has just shown it, to whichever replica.</summary>
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
