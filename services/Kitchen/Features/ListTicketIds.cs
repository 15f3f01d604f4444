using MariosPizzeria.Kitchens.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.Kitchens.Features;

/// <summary>The orders whose tickets are in the kitchen, all of them.</summary>
public sealed record TicketIdsResponse(IReadOnlyList<string> Items);

/// <summary>GET /internal/tickets, for our own processes: Order holds its orders against it when an operator asks.</summary>
public static class ListTicketIdsRoute
{
    public static async Task<IResult> ListTicketIds(IRepository<Ticket> tickets, CancellationToken cancellationToken)
    {
        var found = await tickets.List(Collections.InState(ListTickets.InKitchen), cancellationToken);
        return Results.Ok(new TicketIdsResponse([.. found.Select(ticket => ticket.Id)]));
    }
}
