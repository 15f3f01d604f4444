namespace MariosPizzeria.BuildingBlocks.Documents;

/// <summary>A service's own database, of any kind.</summary>
public interface IDocumentDatabase : IMessageHistory
{
    /// <summary>The kind of database: <c>postgres</c>, <c>mongodb</c> or <c>memory</c>.</summary>
    string Kind { get; }

    /// <summary>Creates missing tables, collections and indexes. It is idempotent; two calls at the same time are safe.</summary>
    Task MigrateAsync(CancellationToken cancellationToken);

    /// <summary>Returns when the database answers.</summary>
    Task PingAsync(CancellationToken cancellationToken);

    /// <summary>Returns the server's version; null if there is no server, or if its version is unknown.</summary>
    Task<string?> VersionAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>
    /// Removes up to <paramref name="limit"/> records of messages that were handled before a moment. If such a message is redelivered
    /// later, it is handled again: the moment must be longer ago than any message can wait.
    /// </summary>
    /// <returns>The number of removed records.</returns>
    Task<int> PruneInboxAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);
}

/// <summary>Events that are stored and not yet published.</summary>
public interface IOutbox
{
    /// <summary>
    /// Passes up to <paramref name="limit"/> of the oldest entries to <paramref name="publish"/> and removes them when it returns. If it
    /// throws, or the process dies, they stay and are published again. Two concurrent callers never hold the same entry. An event that this
    /// build does not know, because a newer one stored it before a rollback, stays for a build that knows it.
    /// </summary>
    /// <param name="age">The minimum age of the entries: younger ones are published by the process that stored them.</param>
    /// <param name="cancellationToken">Cancels the publishing; nothing is removed then.</param>
    /// <returns>The number of published entries.</returns>
    Task<int> DrainAsync(
        int limit,
        TimeSpan age,
        Func<IReadOnlyList<OutboxEntry>, CancellationToken, Task> publish,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Removes entries that were published. The removal need not be durable: an entry that reappears after a crash of the server is
    /// published again, and its consumers recognize the duplicate.
    /// </summary>
    /// <param name="published">The keys that <see cref="CommittedEventQueue"/> returned; those of missing entries are ignored.</param>
    Task RemoveAsync(IReadOnlyList<OutboxKey> published, CancellationToken cancellationToken);

    /// <summary>Returns the number of waiting entries, counted only up to <paramref name="limit"/>, to limit the cost.</summary>
    Task<int> BacklogAsync(int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Returns when the oldest waiting entry was stored, UTC; null if none waits. Events that this build does not know are ignored: they
    /// wait for a build that knows them.
    /// </summary>
    Task<DateTimeOffset?> OldestAsync(CancellationToken cancellationToken);
}

/// <summary>The place of a stored event in the outbox, for the store that stored it.</summary>
/// <param name="EventId">The event's id.</param>
/// <param name="Collection">The collection of the document that raised it.</param>
/// <param name="DocumentId">The id of that document.</param>
/// <param name="Sequence">Its number in the outbox, if the store numbers the entries.</param>
public readonly record struct OutboxKey(Guid EventId, string Collection, string DocumentId, long Sequence = 0);

/// <summary>One stored event.</summary>
/// <param name="EventId">The event's id, which is also the message id on the bus.</param>
/// <param name="Type">Its name in <see cref="Contracts.V1.EventCatalog"/>.</param>
/// <param name="Body">The event as JSON.</param>
/// <param name="TraceParent">W3C traceparent of the request that caused it, so that its trace continues through the bus.</param>
public sealed record OutboxEntry(Guid EventId, string Type, string Body, string? TraceParent);
