using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.KitchenService.Consumers;

/// <summary>A cancelled order's ticket is withdrawn, however far it is, and its slot freed.</summary>
[ConsumerNames(queue: "kitchen-order-cancelled", inboxKey: "OrderCancelledConsumer")]
public sealed class OrderCancelledConsumer(IRepository<Ticket> tickets, Slots slots) : IConsumer<OrderCancelled>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<OrderCancelled> context)
    {
        var cause = context.Cause();
        var withdrawn = await tickets.WithdrawOrBar(
            context.Message.OrderId,
            ticket => ticket.Cancel(cause),
            cause,
            context.Handled(this),
            context.CancellationToken
        );
        var ticket = withdrawn.OrThrow();

        // Also when the message comes again: the process that handled it first may have died before it came to this.
        if (ticket is { StartedAt: not null, State: TicketState.Withdrawn })
        {
            await slots.Free(ticket.Id);
        }
    }
}
