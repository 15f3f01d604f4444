using MariosPizzeria.Contracts;
using MariosPizzeria.Kitchens.Domain;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.Kitchens.Features;

/// <summary>A list of tickets.</summary>
public sealed record TicketsResponse(IReadOnlyList<TicketResponse> Items);

/// <summary>The tickets in the kitchen.</summary>
public sealed class ListTickets(IRepository<Ticket> tickets)
{
    // No screen shows more, and no kitchen that far behind needs the rest: what matters is at the top.
    private const int Most = 1000;

    /// <summary>The states that a ticket in the kitchen can have.</summary>
    internal static readonly IReadOnlyList<TicketState> InKitchen = [TicketState.Queued, TicketState.Cooking, TicketState.Ready];

    /// <summary>Those in one state, or all; the oldest first, at most a thousand. <c>validation</c> for a state that there is not.</summary>
    public async Task<Outcome<TicketsResponse>> Handle(string? state, CancellationToken cancellationToken)
    {
        TicketState? wanted = state is null ? null : PizzeriaJson.Parse<TicketState>(state);
        var errors = new ValidationErrors();
        errors.Require(state is null || (wanted is { } known && InKitchen.Contains(known)), "state", "is queued, cooking or ready");
        if (errors.ToFault() is { } fault)
        {
            return fault;
        }

        var found = await tickets.List(
            Collections.InState(wanted is { } one ? [one] : InKitchen).OldestFirst().First(Most),
            cancellationToken
        );
        return new TicketsResponse([.. found.Select(TicketResponse.Of)]);
    }
}

/// <summary>GET /api/kitchen/tickets?state=.</summary>
public static class ListTicketsRoute
{
    public static async Task<IResult> ListTickets(string? state, ListTickets list, CancellationToken cancellationToken) =>
        (await list.Handle(state, cancellationToken)).ToOk(answer => answer);
}
