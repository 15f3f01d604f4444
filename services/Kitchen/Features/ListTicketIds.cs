using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>The orders whose tickets are in the kitchen, all of them.</summary>
/// <param name="Items">Their ids.</param>
/// <param name="Steps">How far each is.</param>
public sealed record TicketIdsResponse(IReadOnlyList<string> Items, IReadOnlyList<TicketSteps> Steps);

/// <summary>When a ticket's steps were taken, and by whom.</summary>
public sealed record TicketSteps(string OrderId, DateTimeOffset? StartedAt, DateTimeOffset? ReadyAt, string? Chef);

/// <summary>GET /internal/tickets, for our own processes: Order holds its orders against it.</summary>
public static class ListTicketIdsRoute
{
    public static async Task<IResult> ListTicketIds(IRepository<Ticket> tickets, CancellationToken cancellationToken)
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
