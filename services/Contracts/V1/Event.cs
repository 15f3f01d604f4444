namespace MariosPizzeria.Contracts.V1;

/// <summary>
/// Something that has happened. Stored together with the change that caused it, published at least once, in no promised order;
/// consumers drop what they handled before by <see cref="EventId"/>.
/// A field may be added to an event; a changed meaning is a new event in a new namespace (V2).
/// </summary>
public abstract record Event
{
    /// <summary>Unique; also the bus's message id.</summary>
    public Guid EventId { get; init; } = Guid.CreateVersion7();

    /// <summary>When it happened, UTC.</summary>
    public DateTimeOffset OccurredAt { get; init; }

    /// <summary>Who made it happen; see <see cref="Cause.Actor"/>.</summary>
    public string Actor { get; init; } = "";

    /// <summary>See <see cref="Cause.CorrelationId"/>.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>See <see cref="Cause.TraceId"/>.</summary>
    public string? TraceId { get; init; }

    /// <summary>The same event, marked with who and when.</summary>
    public Event Because(Cause cause) =>
        this with
        {
            OccurredAt = cause.At,
            Actor = cause.Actor,
            CorrelationId = cause.CorrelationId,
            TraceId = cause.TraceId,
        };
}

/// <summary>Something that has happened to one order.</summary>
public abstract record OrderEvent : Event
{
    /// <summary>The order it is about.</summary>
    public required string OrderId { get; init; }
}
