using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.Gateway.Web;

/// <summary>An order's progress for its customer: one sentence and four steps, rendered by the partial <c>_Tracking</c>.</summary>
/// <param name="Order">The order.</param>
/// <param name="Now">The current time.</param>
internal sealed record TrackedOrder(OrderResponse Order, DateTimeOffset Now)
{
    // Arrival times are not exact: customers see a window of ten minutes that ends at the promised time.
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>The promised time, which is the end of the window.</summary>
    public DateTimeOffset Until => Order.PromisedAt ?? Order.EstimatedReadyAt;

    /// <summary>The start of the window; null for a pickup and for a late order, which have no window.</summary>
    public DateTimeOffset? From => Order.Fulfilment == Fulfilment.Delivery && !IsLate ? Until - Window : null;

    /// <summary>Whether the order waits at the counter for its customer.</summary>
    public bool IsToFetch => Order is { Status: OrderStatus.Ready, Fulfilment: Fulfilment.Pickup };

    /// <summary>Whether the promised time has passed and the customer could not have the order.</summary>
    public bool IsLate => !Order.IsOver && !IsToFetch && Now > Until;

    /// <summary>The steps. A step can cover several statuses: an order that waits for the driver is still in the oven's step.</summary>
    public IReadOnlyList<TrackedStep> Steps
    {
        get
        {
            var isDelivery = Order.Fulfilment == Fulfilment.Delivery;
            (OrderStatus First, OrderStatus Last, DateTimeOffset? At)[] way =
            [
                (OrderStatus.Pending, OrderStatus.Confirmed, Order.ConfirmedAt ?? Order.PlacedAt),
                (OrderStatus.Cooking, isDelivery ? OrderStatus.Ready : OrderStatus.Cooking, Order.CookingStartedAt),
                isDelivery
                    ? (OrderStatus.Delivering, OrderStatus.Delivering, Order.DeliveringAt)
                    : (OrderStatus.Ready, OrderStatus.Delivering, Order.ReadyAt),
                (OrderStatus.Delivered, OrderStatus.Delivered, Order.DeliveredAt),
            ];
            return Order.Status == OrderStatus.Cancelled
                ?
                [
                    .. way.Where(step => step.At is not null).Select(step => new TrackedStep(step.First, step.At, "done")),
                    new(OrderStatus.Cancelled, Order.CancelledAt, "now"),
                ]
                : [.. way.Select(step => Step(step.First, step.Last, step.At))];
        }
    }

    private TrackedStep Step(OrderStatus first, OrderStatus last, DateTimeOffset? at) =>
        Order.Status > last ? new(first is OrderStatus.Pending ? OrderStatus.Confirmed : first, at, "done")
        : Order.Status >= first ? new(Order.Status, at, "now")
        : new(first, At: null, "todo");
}

/// <summary>A step of an order's progress.</summary>
/// <param name="Status">The order's status in this step.</param>
/// <param name="At">When the step was reached; null if it was not, or the time is unknown.</param>
/// <param name="Stage"><c>done</c>, <c>now</c> or <c>todo</c>.</param>
internal sealed record TrackedStep(OrderStatus Status, DateTimeOffset? At, string Stage);
