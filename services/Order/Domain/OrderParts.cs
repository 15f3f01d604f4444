namespace MariosPizzeria.OrderService.Domain;

/// <summary>An entry of an order's history.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Type">The event's name.</param>
/// <param name="At">When it happened, UTC.</param>
/// <param name="Actor">The actor that caused it.</param>
/// <param name="TraceId">The trace in which it happened.</param>
/// <param name="Version">The order's version after the event.</param>
/// <param name="Ticket">
/// The state of the ticket after the event; null for events that are not of the kitchen, and for those of an earlier release.
/// </param>
public sealed record HistoryEntry(
    Guid Id,
    string Type,
    DateTimeOffset At,
    string Actor,
    string? TraceId,
    long Version,
    TicketMark? Ticket = null
);

/// <summary>The state of a ticket in an event of the kitchen.</summary>
/// <param name="Version">The ticket's version after the event.</param>
/// <param name="Step">The step of the ticket.</param>
public sealed record TicketMark(long Version, TicketStep Step);

/// <summary>A request to cancel a confirmed order that waits for the kitchen's answer.</summary>
/// <param name="Reason">The reason that the caller gave.</param>
/// <param name="ByManager">Whether the order is cancelled even if it is already being cooked.</param>
public sealed record CancellationRequest(string Reason, bool ByManager)
{
    /// <summary>
    /// The version of the order that recorded it, which distinguishes it from other cancellation requests of the same order; null if an
    /// earlier release recorded it.
    /// </summary>
    public long? OrderVersion { get; init; }
}

/// <summary>
/// The request that placed an order. It prevents a repeated request from placing the order twice, even if the cache has lost the key.
/// </summary>
/// <param name="Scope">Hash over user, method, path and key.</param>
/// <param name="BodyHash">Hash of the body.</param>
public sealed record PlacedBy(string Scope, string BodyHash);
