using MassTransit;

namespace MariosPizzeria.KitchenService.Consumers;

/// <summary>A driver took the pizzas: the ticket leaves the kitchen.</summary>
[ConsumerNames(queue: "kitchen-delivery-started", inboxKey: "DeliveryStartedConsumer")]
public sealed class DeliveryStartedConsumer(IRepository<Ticket> tickets) : IConsumer<DeliveryStarted>
{
    public Task Consume(ConsumeContext<DeliveryStarted> context) =>
        tickets.ApplyAsync(context, ticket => ticket.HandOut(context.Cause(), context.Message.OrderVersion));
}

/// <summary>The customer has the pizzas: a pickup's ticket leaves the kitchen; for a delivery, the driving time is recorded.</summary>
[ConsumerNames(queue: "kitchen-order-delivered", inboxKey: "OrderDeliveredConsumer")]
public sealed class OrderDeliveredConsumer(IRepository<Ticket> tickets) : IConsumer<OrderDelivered>
{
    public Task Consume(ConsumeContext<OrderDelivered> context) =>
        tickets.ApplyAsync(context, ticket => ticket.Arrive(context.Message, context.Cause()));
}

/// <summary>The driver brought the pizzas back: they wait to be handed out again.</summary>
[ConsumerNames(queue: "kitchen-delivery-failed", inboxKey: "DeliveryFailedConsumer")]
public sealed class DeliveryFailedConsumer(IRepository<Ticket> tickets) : IConsumer<DeliveryFailed>
{
    public Task Consume(ConsumeContext<DeliveryFailed> context) =>
        tickets.ApplyAsync(context, ticket => ticket.TakeBack(context.Message.OrderVersion));
}

/// <summary>
/// A pickup was not fetched after all and waits at the counter again; a delivery is under way again, and its ticket stays handed out.
/// </summary>
[ConsumerNames(queue: "kitchen-delivery-undone", inboxKey: "DeliveryUndoneConsumer")]
public sealed class DeliveryUndoneConsumer(IRepository<Ticket> tickets) : IConsumer<DeliveryUndone>
{
    public Task Consume(ConsumeContext<DeliveryUndone> context) =>
        tickets.ApplyAsync(
            context,
            ticket =>
                context.Message.Fulfilment == Fulfilment.Pickup
                    ? ticket.TakeBack(context.Message.OrderVersion)
                    : ticket.HandOut(context.Cause(), context.Message.OrderVersion)
        );
}

/// <summary>Marks the ticket of a late order, which shows on every kitchen screen.</summary>
[ConsumerNames(queue: "kitchen-order-late", inboxKey: "OrderLateConsumer")]
public sealed class OrderLateConsumer(IRepository<Ticket> tickets) : IConsumer<OrderLate>
{
    public Task Consume(ConsumeContext<OrderLate> context) =>
        tickets.ApplyAsync(context, ticket => ticket.MarkLate(context.Message.OccurredAt), context.Handled(this));
}

internal static class OrderSteps
{
    // Without a ticket, the order cannot be handed out or be late, so there is nothing to retry.
    // If the order's version decides, a repeated message changes nothing, so it need not be recorded as handled.
    public static async Task ApplyAsync<T>(
        this IRepository<Ticket> tickets,
        ConsumeContext<T> context,
        Func<Ticket, Result<bool>> step,
        HandledMessage? handled = null
    )
        where T : OrderEvent
    {
        var changed = await tickets.UpdateAsync(context.Message.OrderId, step, handled, context.CancellationToken);
        if (changed is { Succeeded: false, Error.Code: not ErrorCodes.NotFound })
        {
            changed.OrThrow();
        }
    }
}
