using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Kitchens.Domain;
using MariosPizzeria.Kitchens.Streaming;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.Kitchens.Consumers;

/// <summary>A confirmed order gets its ticket, unless it has one: a repeated message, or one that was withdrawn before.</summary>
public sealed class OrderConfirmedConsumer(IRepository<Ticket> tickets, TicketHints hints) : IConsumer<OrderConfirmed>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<OrderConfirmed> context)
    {
        var ticket = Ticket.Queue(context.Message);
        if (await tickets.Add(ticket, [], context.Handled(this), context.CancellationToken))
        {
            await hints.Send(ticket);
        }
    }
}
