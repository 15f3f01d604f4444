using System.Diagnostics.Metrics;
using MariosPizzeria.ServiceDefaults.Telemetry;

namespace MariosPizzeria.OrderService;

/// <summary>
/// The metrics of orders; see docs/metrics.md. Counts the events of each commit of this process. A repeated request or message commits
/// nothing, so it is not counted. If a process stops between commit and count, that count is lost.
/// </summary>
internal sealed class OrderMetrics : IHostedService
{
    private const string Fulfilment = "pizzeria.order.fulfilment";

    private readonly Counter<long> _placed;
    private readonly Counter<long> _confirmed;
    private readonly Counter<long> _cancelled;
    private readonly Histogram<double> _deviation;

    /// <summary>
    /// Subscribes in the constructor and not in StartAsync, because all hosted services are created before the first one is started.
    /// </summary>
    public OrderMetrics(IMeterFactory meters, CommittedEventQueue commits)
    {
        var meter = meters.CreatePizzeriaMeter();
        _placed = meter.CreateCounter<long>("pizzeria.orders.placed", "{order}", "Orders accepted");
        _confirmed = meter.CreateCounter<long>("pizzeria.orders.confirmed", "{order}", "Orders paid, or due in cash");
        _cancelled = meter.CreateCounter<long>("pizzeria.orders.cancelled", "{order}", "Orders cancelled");
        _deviation = meter.CreateHistogramOfMinutes(
            "pizzeria.orders.promise.deviation",
            "Time between the promised and the actual moment at which an order was ready"
        );
        commits.AddListener(Count);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string ReasonOf(OrderCancelled cancelled, Order order)
    {
        // The actor who requested the cancellation: the answer of the kitchen may be stored later, by the scheduler.
        var asked = order.History.FindLast(entry => entry.Type is nameof(CancellationRequested) or nameof(CancellationRefused));
        var by = asked?.Type == nameof(CancellationRequested) ? order.History.Find(entry => entry.Id == asked.Id)!.Actor : cancelled.Actor;

        // Reasons that people enter are free text and are not used as a tag.
        return by == order.Customer.Id ? "customer"
            : CancellationReasons.All.Contains(cancelled.Reason) ? cancelled.Reason
            : "staff";
    }

    private void Count(IDocument document, IReadOnlyList<Event> events)
    {
        if (document is Order order)
        {
            foreach (var raised in events)
            {
                Count(raised, order);
            }
        }
    }

    private void Count(Event raised, Order order)
    {
        // An event that is published again has the same id and was counted the first time.
        if (order.History.Count(entry => entry.Id == raised.EventId) > 1)
        {
            return;
        }

        var fulfilment = KeyValuePair.Create(Fulfilment, (object?)PizzeriaJson.Text(order.Fulfilment));
        switch (raised)
        {
            case OrderPlaced:
                _placed.Add(1, fulfilment, new("pizzeria.payment.method", PizzeriaJson.Text(order.PaymentMethod)));
                break;
            case OrderConfirmed:
                _confirmed.Add(1, fulfilment);
                break;
            case OrderCancelled cancelled:
                _cancelled.Add(1, new KeyValuePair<string, object?>("pizzeria.cancellation.reason", ReasonOf(cancelled, order)));
                break;
            case OrderDelivered { IsRepeated: false } delivered:
                var late = (order.ExpectedHandoverAt() ?? delivered.OccurredAt) - delivered.PromisedAt;
                _deviation.Record(
                    Math.Abs(late.TotalSeconds),
                    fulfilment,
                    new("pizzeria.promise.outcome", late <= TimeSpan.Zero ? "kept" : "broken")
                );
                break;
        }
    }
}
