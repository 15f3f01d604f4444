using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.ServiceDefaults.Documents;

/// <summary>
/// Where documents of one kind are kept. Handlers know this interface alone; PostgreSQL, MongoDB or memory stands behind it as
/// the connection string says, and one contract-test suite holds them all to the same behaviour.
/// </summary>
public interface IRepository<T>
    where T : class, IDocument
{
    /// <summary>The document, or null. Each call gives a copy of its own.</summary>
    Task<T?> Find(string id, CancellationToken cancellationToken);

    /// <summary>
    /// The only write: the document, the events it raised and the message it handled are stored together or not at all.
    /// </summary>
    /// <param name="document">
    /// Stored if the stored version is still <see cref="IDocument.Version"/> (0: if none is stored); afterwards its version is one
    /// more.
    /// </param>
    /// <param name="events">What it raised, for the relay to publish.</param>
    /// <param name="handled">The message that led to this, if one did: it is recorded, and never handled twice for this document.</param>
    /// <param name="cancellationToken">Ends the wait, not necessarily the write.</param>
    Task<SaveResult> Save(T document, IReadOnlyList<Event> events, HandledMessage? handled, CancellationToken cancellationToken);

    /// <summary>Whether a message was handled for a document before.</summary>
    Task<bool> HasHandled(string id, HandledMessage handled, CancellationToken cancellationToken);

    /// <summary>Documents that match, in the query's order.</summary>
    Task<IReadOnlyList<T>> List(Query<T> query, CancellationToken cancellationToken);

    /// <summary>How many match, whatever the page.</summary>
    Task<long> Count(Query<T> query, CancellationToken cancellationToken);

    /// <summary>Removes what matches, and what is recorded of it; for pruning. Returns how many went, at most the query's page.</summary>
    Task<int> Remove(Query<T> query, CancellationToken cancellationToken);
}

/// <summary>What became of a <see cref="IRepository{T}.Save"/>.</summary>
public enum SaveResult
{
    /// <summary>Stored, with its events.</summary>
    Saved,

    /// <summary>Somebody else stored another version meanwhile; nothing was stored. Load again and decide again.</summary>
    Conflict,

    /// <summary>The message had been handled for this document before; nothing was stored, and nothing need be.</summary>
    AlreadyHandled,
}

/// <summary>The message a change comes from: an event, or a request with an idempotency key.</summary>
/// <param name="MessageId">The event's id; for a request, derived from its key's scope.</param>
/// <param name="Consumer">Who handles it: two consumers of one process may each handle the same message.</param>
public sealed record HandledMessage(Guid MessageId, string Consumer)
{
    /// <summary>At which attempt it was handled, from 1. For an operator to read; it is the same message whatever the attempt.</summary>
    public int Attempts { get; init; } = 1;

    /// <inheritdoc/>
    public bool Equals(HandledMessage? other) => other is not null && MessageId == other.MessageId && Consumer == other.Consumer;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MessageId, Consumer);
}
