namespace MariosPizzeria.Gateway.Web;

/// <summary>A ticket on the kitchen's board, rendered by the partial <c>_Ticket</c>.</summary>
/// <param name="Ticket">The ticket.</param>
/// <param name="Now">The current time.</param>
internal sealed record TicketCard(TicketResponse Ticket, DateTimeOffset Now)
{
    private static readonly TimeSpan LongestUndo = TimeSpan.FromMinutes(2);

    /// <summary>The ticket's promise; null if it has none or is out of the oven.</summary>
    public Promise? Promise =>
        Ticket is { State: TicketState.Queued or TicketState.Cooking, PromisedAt: { } promised } ? new(promised, Now) : null;

    /// <summary>Whether the last step may be undone, as far as the times tell; the kitchen decides.</summary>
    public bool MayBeUndone =>
        Ticket switch
        {
            { State: TicketState.Cooking, StartedAt: { } started } => Now - started < LongestUndo,
            { State: TicketState.Ready, ReadyAt: { } ready } => Now - ready < LongestUndo,
            _ => false,
        };

    /// <summary>The text that announces a new ticket.</summary>
    public string Summary =>
        $"{OrderNumber.Of(Ticket)}: {string.Join(", ", Ticket.Items.Select(line => $"{line.Quantity} × {line.Name}"))}";
}

/// <summary>An order on the driver's page, rendered by the partial <c>_Stop</c>.</summary>
/// <param name="Order">The order to be delivered or picked up.</param>
/// <param name="Now">The current time.</param>
internal sealed record DeliveryCard(OrderResponse Order, DateTimeOffset Now)
{
    /// <summary>Whether the details for the door are collapsed, because the order is not the next one.</summary>
    public bool IsFolded { get; init; }
}
