using MariosPizzeria.Contracts.Api;

namespace MariosPizzeria.Gateway.Web;

/// <summary>A ticket on the kitchen's board: the partial <c>_Ticket</c> draws it.</summary>
/// <param name="Ticket">What is to be made.</param>
/// <param name="Now">When it is looked at.</param>
internal sealed record TicketCard(TicketResponse Ticket, DateTimeOffset Now)
{
    /// <summary>How it stands against its promise; null for one that is out of the oven.</summary>
    public Promise? Promise =>
        Ticket is { State: TicketState.Queued or TicketState.Cooking, PromisedAt: { } promised } ? new(promised, Now) : null;

    /// <summary>What is called out when it is new.</summary>
    public string Summary =>
        $"{OrderNumber.Of(Ticket.OrderId)}: {string.Join(", ", Ticket.Items.Select(line => $"{line.Quantity} × {line.Name}"))}";
}

/// <summary>An order on the driver's page: the partial <c>_Stop</c> draws it.</summary>
/// <param name="Order">What is brought or fetched.</param>
/// <param name="Now">When it is looked at.</param>
internal sealed record StopCard(OrderResponse Order, DateTimeOffset Now);
