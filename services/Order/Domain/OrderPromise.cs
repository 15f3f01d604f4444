namespace MariosPizzeria.OrderService.Domain;

/// <summary>The promised time of an order, and whether it was kept.</summary>
public sealed partial class Order
{
    private const int MaxLateAlarms = 3;

    // The estimated remaining time of a late order: in the oven, on the road, at the counter.
    private static readonly TimeSpan CookingDelayEstimate = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan DrivingDelayEstimate = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan WaitingDelayEstimate = TimeSpan.FromMinutes(5);

    /// <summary>Returns the time that the customer was promised.</summary>
    public DateTimeOffset Promise() => PromisedAt ?? EstimatedReadyAt;

    /// <summary>
    /// Returns when the promise was met: for a delivery the handover at the door, for a pickup when it was ready at the counter. Null if it
    /// is not met yet. Customers of an earlier release were only promised when the order is ready.
    /// </summary>
    public DateTimeOffset? ExpectedHandoverAt() => Fulfilment == Fulfilment.Delivery && PromisedAt is not null ? DeliveredAt : ReadyAt;

    /// <summary>
    /// Whether it is confirmed, its promise is not met yet, and the customer would be notified of a delay or of a further delay.
    /// </summary>
    public bool IsAwaited() =>
        Status is OrderStatus.Confirmed or OrderStatus.Cooking or OrderStatus.Ready or OrderStatus.Delivering
        && ExpectedHandoverAt() is null
        && History.Count(entry => entry.Type == nameof(OrderLate)) < MaxLateAlarms;

    /// <summary>
    /// Returns when its next step (out of the oven, then the handover) must be done to meet the time that the customer was told last.
    /// </summary>
    public DateTimeOffset AwaitedAt() => ReadyAt is null ? Expected() - DrivingTime() : Expected();

    /// <summary>
    /// Raises an alarm if the next step is overdue, with a new time for the customer. If that time passes too, another alarm is raised, at
    /// most three in all: further alarms would give no new information.
    /// </summary>
    public Result<IReadOnlyList<Event>> NoteLate(Cause cause)
    {
        if (!IsAwaited() || cause.At <= AwaitedAt())
        {
            return Nothing;
        }

        var left =
            ReadyAt is null ? CookingDelayEstimate + DrivingTime()
            : Status == OrderStatus.Delivering ? DrivingDelayEstimate
            : WaitingDelayEstimate + DrivingTime();
        (LateSince, NewPromisedAt) = (LateSince ?? cause.At, RoundedUp(Later(cause.At + left, Expected() + WaitingDelayEstimate)));
        return Raise(
            cause,
            new OrderLate
            {
                OrderId = Id,
                CustomerId = Customer.Id,
                PromisedAt = Promise(),
                NewPromisedAt = NewPromisedAt,
            }
        );
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset RoundedUp(DateTimeOffset time) =>
        new((time.UtcTicks + WaitingDelayEstimate.Ticks - 1) / WaitingDelayEstimate.Ticks * WaitingDelayEstimate.Ticks, TimeSpan.Zero);

    private DateTimeOffset Expected() => NewPromisedAt ?? Promise();

    private TimeSpan DrivingTime() => Promise() - EstimatedReadyAt;
}
