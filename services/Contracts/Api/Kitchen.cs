using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.Contracts.Api;

/// <summary>The state of a ticket.</summary>
public enum TicketState
{
    /// <summary>Waits for a chef.</summary>
    Queued,

    /// <summary>A chef has it; it takes one of the kitchen's slots.</summary>
    Cooking,

    /// <summary>Out of the oven.</summary>
    Ready,

    /// <summary>It must not be made, or not be handed out.</summary>
    Withdrawn,
}

/// <summary>A pizza on a ticket, and its quantity.</summary>
public sealed record TicketItem(
    string LineId,
    string PizzaId,
    string Name,
    PizzaSize Size,
    IReadOnlyList<string> Toppings,
    IReadOnlyList<string> ExtraToppings,
    int Quantity
);

/// <summary>A ticket as the kitchen's screens show it.</summary>
/// <param name="OrderId">Id of the ticket's order.</param>
/// <param name="State">The ticket's state.</param>
/// <param name="Items">The pizzas to make.</param>
/// <param name="Notes">The customer's notes for the kitchen.</param>
/// <param name="Fulfilment">Whether a driver or the customer fetches it.</param>
/// <param name="QueuedAt">When the order was confirmed.</param>
/// <param name="DueStartAt">When it must be started so that the customer has it at the promised time.</param>
/// <param name="StartedAt">When a chef took it.</param>
/// <param name="ReadyAt">When it came out of the oven.</param>
/// <param name="PromisedAt">When the customer is promised to have it in hand: at the door, or at the counter.</param>
/// <param name="LateSince">When the alarm about its delay was raised.</param>
/// <param name="LeftAt">When it left the kitchen.</param>
/// <param name="Chef">The chef who took it.</param>
public sealed record TicketResponse(
    string OrderId,
    TicketState State,
    IReadOnlyList<TicketItem> Items,
    string? Notes,
    Fulfilment? Fulfilment,
    DateTimeOffset? QueuedAt,
    DateTimeOffset? DueStartAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? ReadyAt,
    DateTimeOffset? PromisedAt,
    DateTimeOffset? LateSince,
    DateTimeOffset? LeftAt,
    string? Chef
)
{
    /// <summary>The order's number within its business day; null for a ticket from a release without numbers.</summary>
    public int? Number { get; init; }

    /// <summary>The name to call when the order is ready; null for a ticket from a release without names.</summary>
    public string? CustomerName { get; init; }

    /// <summary>The allergens that the customer must not eat.</summary>
    public IReadOnlyList<Allergen> Allergies { get; init; } = [];

    /// <summary>The allergies in the customer's words.</summary>
    public string? AllergyNote { get; init; }
}

/// <summary>A page of tickets.</summary>
/// <param name="Items">The tickets, in the order in which they must be started to keep every promise.</param>
/// <param name="Next">The value of <c>after</c> for the next page; null on the last page.</param>
public sealed record TicketsResponse(IReadOnlyList<TicketResponse> Items, string? Next);

/// <summary>How busy the kitchen is.</summary>
/// <param name="Capacity">Tickets that can cook at the same time.</param>
/// <param name="Cooking">Tickets that cook.</param>
/// <param name="Queued">Tickets that wait.</param>
/// <param name="Ready">Tickets that wait to be handed out.</param>
/// <param name="AverageCookMinutes">Mean of the recent cooking times.</param>
/// <param name="Paused">Whether new orders are refused.</param>
/// <param name="Reason">Why new orders are refused.</param>
public sealed record StatusResponse(
    int Capacity,
    int Cooking,
    int Queued,
    int Ready,
    double AverageCookMinutes,
    bool Paused,
    string? Reason
);

/// <summary>The initial data of a kitchen screen.</summary>
public sealed record SnapshotResponse(StatusResponse Status, IReadOnlyList<TicketResponse> Items);

/// <summary>How many tickets may cook at the same time.</summary>
/// <param name="Capacity">1–100.</param>
public sealed record CapacityRequest(int? Capacity);

/// <summary>Whether the kitchen takes orders.</summary>
/// <param name="Paused">Whether new orders are refused from now on.</param>
/// <param name="Reason">Why they are refused; at most 200 characters.</param>
public sealed record PausedRequest(bool? Paused, string? Reason);

/// <summary>All orders that have a ticket in the kitchen.</summary>
/// <param name="Items">The orders' ids.</param>
/// <param name="Steps">The steps of each ticket; null from a Kitchen service of the previous release.</param>
public sealed record TicketIdsResponse(IReadOnlyList<string> Items, IReadOnlyList<TicketSteps>? Steps);

/// <summary>When a ticket's steps were taken, and by whom.</summary>
/// <param name="OrderId">Id of the ticket's order.</param>
/// <param name="StartedAt">When a chef took it; null while it waits.</param>
/// <param name="ReadyAt">When it came out of the oven.</param>
/// <param name="Chef">The chef who took it.</param>
/// <param name="Version">The ticket's version; null from a Kitchen service of the previous release.</param>
public sealed record TicketSteps(string OrderId, DateTimeOffset? StartedAt, DateTimeOffset? ReadyAt, string? Chef, long? Version = null);
