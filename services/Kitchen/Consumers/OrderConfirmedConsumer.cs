using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.KitchenService.Consumers;

/// <summary>A confirmed order gets its ticket, unless it has one: a repeated message, or one that was withdrawn before.</summary>
[ConsumerNames(queue: "kitchen-order-confirmed", inboxKey: "OrderConfirmedConsumer")]
public sealed class OrderConfirmedConsumer(IRepository<Ticket> tickets) : IConsumer<OrderConfirmed>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<OrderConfirmed> context) =>
        tickets.Add(Ticket.Queue(context.Message), [], context.Handled(this), context.CancellationToken);
}
