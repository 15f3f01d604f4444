namespace MariosPizzeria.KitchenService.Features;

/// <summary>GET /internal/tickets, for the product's own processes: Order compares its orders with it.</summary>
public static class ListTicketIds
{
    public static async Task<IResult> Get(IRepository<Ticket> tickets, CancellationToken cancellationToken)
    {
        var found = await tickets.ListAsync(Collections.InState(ListTickets.InKitchen), cancellationToken);
        return Results.Ok(
            new TicketIdsResponse(
                [.. found.Select(ticket => ticket.Id)],
                [.. found.Select(ticket => new TicketSteps(ticket.Id, ticket.StartedAt, ticket.ReadyAt, ticket.Chef, ticket.Version))]
            )
        );
    }
}
