namespace MariosPizzeria.KitchenService.Features;

/// <summary>POST /internal/tickets/{orderId}/renew, for the product's own processes.</summary>
public static class RenewTicket
{
    /// <summary>
    /// Stores a ticket again until its version is higher than one that Order received and that was never stored: an undo that was begun and
    /// not completed then fails, and Order accepts the state of the ticket again.
    /// </summary>
    public static async Task<IResult> Post(string orderId, long after, IRepository<Ticket> tickets, CancellationToken cancellationToken)
    {
        Result<Ticket> renewed;
        do
        {
            renewed = await tickets.UpdateAsync(orderId, ticket => ticket.Version <= after, handled: null, cancellationToken);
        } while (renewed.Succeeded && renewed.Value.Version <= after);

        return renewed.ToOk(ticket => new TicketSteps(ticket.Id, ticket.StartedAt, ticket.ReadyAt, ticket.Chef, ticket.Version));
    }
}
