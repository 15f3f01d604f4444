namespace MariosPizzeria.Contracts.V1;

/// <summary>
/// Something that has happened. It is stored together with the change that caused it, and published at least once, in no guaranteed order;
/// consumers drop events that they have handled before by <see cref="EventId"/>. A field may be added to an event; a changed meaning is a
/// new event in a new namespace (V2).
/// </summary>
public abstract record Event
{
    /// <summary>Unique; also the bus's message id.</summary>
    public Guid EventId { get; init; } = Guid.CreateVersion7();

    /// <summary>When it happened, UTC.</summary>
    public DateTimeOffset OccurredAt { get; init; }

    /// <summary>The user or process that caused it; see <see cref="Cause.Actor"/>.</summary>
    public string Actor { get; init; } = "";

    /// <summary>See <see cref="Cause.CorrelationId"/>.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>See <see cref="Cause.TraceId"/>.</summary>
    public string? TraceId { get; init; }

    /// <summary>Returns a copy of the event with the data of its cause.</summary>
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
    /// <summary>Id of the order.</summary>
    public required string OrderId { get; init; }

    /// <summary>
    /// The number by which people refer to the order: its number within its business day, from 1. Null if the event's source does not know
    /// it, and in an event of a release without numbers.
    /// </summary>
    public int? Number { get; init; }
}
