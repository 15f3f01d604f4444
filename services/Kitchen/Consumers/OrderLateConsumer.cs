using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.KitchenService.Consumers;

/// <summary>Alarms the kitchen: the ticket of a late order says so on every screen.</summary>
[ConsumerNames(queue: "kitchen-order-late", inboxKey: "OrderLateConsumer")]
public sealed class OrderLateConsumer(IRepository<Ticket> tickets) : IConsumer<OrderLate>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<OrderLate> context)
    {
        var late = await tickets.Update(
            context.Message.OrderId,
            ticket => ticket.NoteLate(context.Message.OccurredAt),
            context.Handled(this),
            context.CancellationToken
        );
        if (late is { Succeeded: false, Fault.Slug: not Slugs.NotFound })
        {
            late.OrThrow();
        }
    }
}
