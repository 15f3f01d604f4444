namespace MariosPizzeria.ServiceDefaults.Documents;

/// <summary>A service's own database, whatever is behind it.</summary>
public interface IDocumentDatabase : IDocumentTrail
{
    /// <summary><c>postgres</c>, <c>mongodb</c> or <c>memory</c>.</summary>
    string Kind { get; }

    /// <summary>Makes tables, collections and indexes where they lack. Twice equals once; two at the same time are safe.</summary>
    Task Migrate(CancellationToken cancellationToken);

    /// <summary>Returns when the database answers.</summary>
    Task Ping(CancellationToken cancellationToken);

    /// <summary>The server's version; null where there is no server, or it cannot be told.</summary>
    Task<string?> Version(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>
    /// Removes up to <paramref name="limit"/> records of messages that were handled before a moment. Such a message, should it ever come
    /// again, is handled again: the moment must be longer ago than any message can wait.
    /// </summary>
    /// <returns>How many went.</returns>
    Task<int> ForgetHandled(DateTimeOffset before, int limit, CancellationToken cancellationToken);
}

/// <summary>Events that are stored and not yet published.</summary>
public interface IOutbox
{
    /// <summary>
    /// Hands up to <paramref name="limit"/> of the oldest to <paramref name="publish"/> and removes them once it returns. If it
    /// throws, or the process dies, they stay and come again. Two callers at once never hold the same entry. An event that this
    /// build does not know, because a newer one stored it before a rollback, is left for a build that does.
    /// </summary>
    /// <returns>How many were published.</returns>
    Task<int> Drain(int limit, Func<IReadOnlyList<OutboxEntry>, CancellationToken, Task> publish, CancellationToken cancellationToken);

    /// <summary>How many wait; counted no further than <paramref name="limit"/>, so that a long queue costs no more than that.</summary>
    Task<int> Backlog(int limit, CancellationToken cancellationToken);
}

/// <summary>One stored event.</summary>
/// <param name="EventId">The event's id, the bus's message id.</param>
/// <param name="Type">Its name in <see cref="Contracts.V1.EventCatalog"/>.</param>
/// <param name="Body">The event as JSON.</param>
/// <param name="TraceParent">W3C traceparent of the request that caused it, so that its trace goes on through the bus.</param>
public sealed record OutboxEntry(Guid EventId, string Type, string Body, string? TraceParent);
