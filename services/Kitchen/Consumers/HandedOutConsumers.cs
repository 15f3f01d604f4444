using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.KitchenService.Consumers;

/// <summary>A driver took the pizzas: the ticket is no longer the kitchen's.</summary>
[ConsumerNames(queue: "kitchen-delivery-started", inboxKey: "DeliveryStartedConsumer")]
public sealed class DeliveryStartedConsumer(IRepository<Ticket> tickets) : IConsumer<DeliveryStarted>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<DeliveryStarted> context) =>
        HandingOut.HandOut(tickets, context.Message.OrderId, context.Cause(), context.CancellationToken);
}

/// <summary>The customer has the pizzas; for a pickup this is how its ticket leaves the kitchen.</summary>
[ConsumerNames(queue: "kitchen-order-delivered", inboxKey: "OrderDeliveredConsumer")]
public sealed class OrderDeliveredConsumer(IRepository<Ticket> tickets) : IConsumer<OrderDelivered>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<OrderDelivered> context) =>
        HandingOut.HandOut(tickets, context.Message.OrderId, context.Cause(), context.CancellationToken);
}

internal static class HandingOut
{
    // A ticket is handed out once, so a repeated message finds nothing to do and none need be recorded. A ticket that is not there,
    // or not ready, belongs to no order that can be handed out: nothing to retry either.
    public static async Task HandOut(IRepository<Ticket> tickets, string orderId, Cause cause, CancellationToken cancellationToken)
    {
        var left = await tickets.Update(orderId, ticket => ticket.HandOut(cause), handled: null, cancellationToken);
        if (left is { Succeeded: false, Fault.Slug: not Slugs.NotFound })
        {
            left.OrThrow();
        }
    }
}
