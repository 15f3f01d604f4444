using System.Diagnostics.Metrics;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Telemetry;

namespace MariosPizzeria.OrderService;

/// <summary>
/// Orders in numbers; see docs/metrics.md. Counts the events of each commit of this process: a repeated request or message commits
/// nothing, so it counts nothing. A process that dies between commit and count loses that count.
/// </summary>
internal sealed class OrderMetrics : IHostedService
{
    private const string Fulfilment = "pizzeria.order.fulfilment";

    private readonly Counter<long> _placed;
    private readonly Counter<long> _confirmed;
    private readonly Counter<long> _cancelled;
    private readonly Histogram<double> _deviation;

    /// <summary>Listens from here on and not from the start on: all hosted services are made before the first is started.</summary>
    public OrderMetrics(IMeterFactory meters, OutboxSignal commits)
    {
        var meter = meters.CreatePizzeriaMeter();
        _placed = meter.CreateCounter<long>("pizzeria.orders.placed", "{order}", "Orders accepted");
        _confirmed = meter.CreateCounter<long>("pizzeria.orders.confirmed", "{order}", "Orders paid, or due in cash");
        _cancelled = meter.CreateCounter<long>("pizzeria.orders.cancelled", "{order}", "Orders cancelled");
        _deviation = meter.CreateHistogramOfMinutes(
            "pizzeria.orders.promise.deviation",
            "Time between the promised and the actual moment at which an order was ready"
        );
        commits.Listen(Count);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string ReasonOf(OrderCancelled cancelled, Order order)
    {
        // Whoever asked for it: the kitchen's answer may be stored later, by the scheduler's doing.
        var asked = order.History.FindLast(entry => entry.Type is nameof(CancellationRequested) or nameof(CancellationRefused));
        var by = asked?.Type == nameof(CancellationRequested) ? order.History.Find(entry => entry.Id == asked.Id)!.Actor : cancelled.Actor;

        // What people give as a reason is their own text, and no tag.
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
        // Told again under its id: counted when it was told first.
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
            case OrderDelivered delivered:
                var late = (order.ReadyAt ?? delivered.OccurredAt) - delivered.PromisedAt;
                _deviation.Record(
                    Math.Abs(late.TotalSeconds),
                    fulfilment,
                    new("pizzeria.promise.outcome", late <= TimeSpan.Zero ? "kept" : "broken")
                );
                break;
        }
    }
}
