namespace MariosPizzeria.KitchenService.Features;

internal static class TicketResponses
{
    extension(TicketResponse)
    {
        public static TicketResponse Of(Ticket ticket) =>
            new(
                ticket.Id,
                ticket.State,
                ticket.Items,
                ticket.Notes,
                ticket.Fulfilment,
                ticket.QueuedAt,
                ticket.DueStartAt,
                ticket.StartedAt,
                ticket.ReadyAt,
                ticket.PromisedAt,
                ticket.LateSince,
                ticket.LeftAt,
                ticket.Chef
            )
            {
                Number = ticket.Number,
                CustomerName = ticket.CustomerName,
                Allergies = ticket.Allergies,
                AllergyNote = ticket.AllergyNote,
            };
    }
}
