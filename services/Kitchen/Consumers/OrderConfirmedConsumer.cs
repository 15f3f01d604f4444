using MassTransit;

namespace MariosPizzeria.KitchenService.Consumers;

/// <summary>
/// Creates the ticket of a confirmed order, unless it has one: the message is a repetition, or the ticket was withdrawn before. An order
/// that was placed ahead keeps its place in its slot.
/// </summary>
[ConsumerNames(queue: "kitchen-order-confirmed", inboxKey: "OrderConfirmedConsumer")]
public sealed partial class OrderConfirmedConsumer(
    IRepository<Ticket> tickets,
    TimeSlots slots,
    CurrentPace pace,
    ILogger<OrderConfirmedConsumer> logger
) : IConsumer<OrderConfirmed>
{
    public async Task Consume(ConsumeContext<OrderConfirmed> context)
    {
        var order = context.Message;

        // Done before the ticket is stored, because that records the message as handled. A place that was released stays released.
        if (order.RequestedFor is { } at)
        {
            (await slots.ChangeAsync(at, slot => slot.Keep(order.OrderId), context.CancellationToken)).OrThrow();
        }

        var ticket = Ticket.Queue(order, pace.PizzaMinutes);
        if (await tickets.AddAsync(ticket, [], context.Handled(this), context.CancellationToken))
        {
            LogQueued(logger, ticket.Id);
        }
        else if (
            order.RequestedFor is { } slot
            && await tickets.FindAsync(order.OrderId, context.CancellationToken) is { State: TicketState.Withdrawn }
        )
        {
            // The ticket was withdrawn before this message arrived, by a caller that did not know the slot.
            (await slots.ChangeAsync(slot, place => place.Release(order.OrderId), context.CancellationToken)).OrThrow();
        }
    }

    [LoggerMessage(302, LogLevel.Information, "Ticket of order {order_id} queued", EventName = "ticket_queued")]
    private static partial void LogQueued(ILogger logger, string order_id);
}
