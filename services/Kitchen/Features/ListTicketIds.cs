using MariosPizzeria.Contracts.Api;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>GET /internal/tickets, for our own processes: Order holds its orders against it.</summary>
public static class ListTicketIds
{
    public static async Task<IResult> Get(IRepository<Ticket> tickets, CancellationToken cancellationToken)
    {
        var found = await tickets.List(Collections.InState(ListTickets.InKitchen), cancellationToken);
        return Results.Ok(
            new TicketIdsResponse(
                [.. found.Select(ticket => ticket.Id)],
                [.. found.Select(ticket => new TicketSteps(ticket.Id, ticket.StartedAt, ticket.ReadyAt, ticket.Chef))]
            )
        );
    }
}
