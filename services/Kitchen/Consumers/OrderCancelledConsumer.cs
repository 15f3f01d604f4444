using MassTransit;

namespace MariosPizzeria.KitchenService.Consumers;

/// <summary>
/// Withdraws the ticket of a cancelled order, in any state, and frees its slot in the oven and its place among the orders placed ahead.
/// </summary>
[ConsumerNames(queue: "kitchen-order-cancelled", inboxKey: "OrderCancelledConsumer")]
public sealed class OrderCancelledConsumer(IRepository<Ticket> tickets, OvenSlots slots, TimeSlots timeSlots) : IConsumer<OrderCancelled>
{
    public async Task Consume(ConsumeContext<OrderCancelled> context)
    {
        var cause = context.Cause();
        if (context.Message.RequestedFor is { } at)
        {
            (await timeSlots.ChangeAsync(at, slot => slot.Release(context.Message.OrderId), context.CancellationToken)).OrThrow();
        }

        var withdrawn = await tickets.WithdrawOrBarAsync(
            context.Message.OrderId,
            ticket => ticket.Cancel(cause),
            cause,
            context.Handled(this),
            context.CancellationToken
        );
        var ticket = withdrawn.OrThrow();

        // This also runs for a redelivered message: the process that handled it first may have died before this step.
        if (ticket is { StartedAt: not null, State: TicketState.Withdrawn })
        {
            await slots.FreeAsync(ticket.Id);
        }
    }
}
