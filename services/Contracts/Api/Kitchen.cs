using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.Contracts.Api;

/// <summary>How far a ticket is.</summary>
public enum TicketState
{
    /// <summary>Waits for a chef.</summary>
    Queued,

    /// <summary>A chef has it; it holds one of the kitchen's slots.</summary>
    Cooking,

    /// <summary>Out of the oven.</summary>
    Ready,

    /// <summary>Not to be made, or not to be handed out.</summary>
    Withdrawn,
}

/// <summary>So many of one pizza.</summary>
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
);

/// <summary>A page of tickets.</summary>
/// <param name="Items">The oldest first.</param>
/// <param name="Next">What <c>after</c> must be for the next page; null where this is the last.</param>
public sealed record TicketsResponse(IReadOnlyList<TicketResponse> Items, string? Next);

/// <summary>How busy the kitchen is.</summary>
/// <param name="Capacity">Tickets that can cook at the same time.</param>
/// <param name="Cooking">Tickets that cook.</param>
/// <param name="Queued">Tickets that wait.</param>
/// <param name="Ready">Tickets that wait to be handed out.</param>
/// <param name="AverageCookMinutes">Mean of the recent cooking times.</param>
/// <param name="Paused">Whether new orders are refused.</param>
/// <param name="Reason">Why.</param>
public sealed record StatusResponse(
    int Capacity,
    int Cooking,
    int Queued,
    int Ready,
    double AverageCookMinutes,
    bool Paused,
    string? Reason
);

/// <summary>Everything a screen of the kitchen begins with.</summary>
public sealed record SnapshotResponse(StatusResponse Status, IReadOnlyList<TicketResponse> Items);

/// <summary>How many tickets may cook at the same time.</summary>
/// <param name="Capacity">1–100.</param>
public sealed record CapacityRequest(int? Capacity);

/// <summary>Whether the kitchen takes orders.</summary>
/// <param name="Paused">From now on.</param>
/// <param name="Reason">Why it does not; at most 200 characters.</param>
public sealed record PausedRequest(bool? Paused, string? Reason);

/// <summary>The orders whose tickets are in the kitchen, all of them.</summary>
/// <param name="Items">Their ids.</param>
/// <param name="Steps">How far each is; null from a kitchen of the previous release.</param>
public sealed record TicketIdsResponse(IReadOnlyList<string> Items, IReadOnlyList<TicketSteps>? Steps);

/// <summary>When a ticket's steps were taken, and by whom.</summary>
public sealed record TicketSteps(string OrderId, DateTimeOffset? StartedAt, DateTimeOffset? ReadyAt, string? Chef);
