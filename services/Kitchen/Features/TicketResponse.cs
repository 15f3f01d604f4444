using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService.Domain;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>A ticket as the kitchen's screens show it.</summary>
public sealed record TicketResponse(
    string OrderId,
    TicketState State,
    IReadOnlyList<TicketItem> Items,
    string? Notes,
    Fulfilment? Fulfilment,
    DateTimeOffset? QueuedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? ReadyAt,
    DateTimeOffset? PromisedAt,
    DateTimeOffset? LateSince,
    DateTimeOffset? LeftAt,
    string? Chef
)
{
    /// <summary>From the stored one.</summary>
    public static TicketResponse Of(Ticket ticket) =>
        new(
            ticket.Id,
            ticket.State,
            ticket.Items,
            ticket.Notes,
            ticket.Fulfilment,
            ticket.QueuedAt,
            ticket.StartedAt,
            ticket.ReadyAt,
            ticket.PromisedAt,
            ticket.LateSince,
            ticket.LeftAt,
            ticket.Chef
        );
}
