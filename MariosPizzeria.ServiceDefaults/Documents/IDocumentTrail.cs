namespace MariosPizzeria.ServiceDefaults.Documents;

/// <summary>
/// What a store remembers beside its documents, for an operator who asks what became of one.
/// </summary>
public interface IDocumentTrail
{
    /// <summary>The messages that a document handled, oldest first; those that are forgotten are not among them.</summary>
    /// <param name="collection">The document's kind.</param>
    /// <param name="id">The document's id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<HandledEntry>> Handled(string collection, string id, CancellationToken cancellationToken);

    /// <summary>Stored events that nobody has published, oldest first.</summary>
    /// <param name="about">Only those in which this text occurs, an id for example; null for all.</param>
    /// <param name="before">Only those that were stored earlier; null for all.</param>
    /// <param name="limit">So many at the most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<WaitingEntry>> Waiting(string? about, DateTimeOffset? before, int limit, CancellationToken cancellationToken);
}

/// <summary>One handled message.</summary>
/// <param name="Message">Which, and who handled it.</param>
/// <param name="At">When that was stored, UTC.</param>
public sealed record HandledEntry(HandledMessage Message, DateTimeOffset At);

/// <summary>One event that waits to be published.</summary>
/// <param name="EventId">The event's id.</param>
/// <param name="Type">Its name.</param>
/// <param name="StoredAt">Since when it waits, UTC.</param>
public sealed record WaitingEntry(Guid EventId, string Type, DateTimeOffset StoredAt);
