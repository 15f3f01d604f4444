using MariosPizzeria.Contracts.Api;
using MariosPizzeria.KitchenService.Domain;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>Shows tickets.</summary>
internal static class TicketResponses
{
    extension(TicketResponse)
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
}
