namespace MariosPizzeria.BuildingBlocks.Documents;

/// <summary>
/// Stores documents of one type. Handlers use only this interface; the connection string decides whether PostgreSQL, MongoDB or memory
/// implements it, and one contract test suite verifies that all of them behave the same.
/// </summary>
public interface IRepository<T>
    where T : class, IDocument
{
    /// <summary>Returns the document, or null. Each call returns a copy of its own.</summary>
    Task<T?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// Saves a document. This is the only write: the document, the events it raised and the message it handled are stored together or not
    /// at all.
    /// </summary>
    /// <param name="document">
    /// Stored if the stored version still equals <see cref="IDocument.Version"/> (0: if none is stored) and no other document has its value
    /// of a unique key; its version is then increased by one.
    /// </param>
    /// <param name="events">The events that it raised, for the relay to publish.</param>
    /// <param name="handled">The message that caused this change, if any. It is recorded, and not handled twice for this document.</param>
    /// <param name="cancellationToken">Ends the wait, not necessarily the write.</param>
    Task<SaveResult> SaveAsync(T document, IReadOnlyList<Event> events, HandledMessage? handled, CancellationToken cancellationToken);

    /// <summary>Whether a message was already handled for a document.</summary>
    Task<bool> HasHandledAsync(string id, HandledMessage handled, CancellationToken cancellationToken);

    /// <summary>Returns the documents that match, in the query's order.</summary>
    Task<IReadOnlyList<T>> ListAsync(Query<T> query, CancellationToken cancellationToken);

    /// <summary>Returns the number of matches, regardless of the page; at most the query's <see cref="Query{T}.CountLimit"/>.</summary>
    Task<long> CountAsync(Query<T> query, CancellationToken cancellationToken);

    /// <summary>
    /// Removes the documents that match and the records of their handled messages; for pruning. No event is lost: if a store keeps events
    /// inside their document, a document with unpublished events stays. Returns the number of removed documents, at most the query's page.
    /// </summary>
    Task<int> RemoveAsync(Query<T> query, CancellationToken cancellationToken);

    /// <summary>
    /// Waits before a change that failed because of a concurrent change is tried again. The delay is random, to spread concurrent attempts,
    /// and its range grows with each attempt, so that they do not collide again. Fifty concurrent changes take a quarter of a second to
    /// succeed one after the other.
    /// </summary>
    /// <param name="attempt">The number of failed attempts, from 1.</param>
    Task BackOffAsync(int attempt, CancellationToken cancellationToken) =>
        Task.Delay(Random.Shared.Next(1 << Math.Min(attempt, MaxBackOffExponent)), cancellationToken);

    // The largest range of the delay, as a power of two in milliseconds.
    private const int MaxBackOffExponent = 8;
}

/// <summary>The outcome of a <see cref="IRepository{T}.SaveAsync"/>.</summary>
public enum SaveResult
{
    /// <summary>Stored, with its events.</summary>
    Saved,

    /// <summary>
    /// A concurrent save stored another version, or another document has the value of a unique key; nothing was stored. The caller loads
    /// the document again and decides again.
    /// </summary>
    Conflict,

    /// <summary>The message was already handled for this document; nothing was stored, and nothing needs to be stored.</summary>
    AlreadyHandled,
}

/// <summary>The message that caused a change: an event, or a request with an idempotency key.</summary>
/// <param name="MessageId">The event's id; for a request, derived from its key's scope.</param>
/// <param name="Consumer">The consumer that handles it: two consumers of one process may each handle the same message.</param>
public sealed record HandledMessage(Guid MessageId, string Consumer)
{
    /// <summary>The number of the attempt that handled it, from 1. Only for operators: it is not part of the message's identity.</summary>
    public int Attempts { get; init; } = 1;

    public bool Equals(HandledMessage? other) => other is not null && MessageId == other.MessageId && Consumer == other.Consumer;

    public override int GetHashCode() => HashCode.Combine(MessageId, Consumer);
}
