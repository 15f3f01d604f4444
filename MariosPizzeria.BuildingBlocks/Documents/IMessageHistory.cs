namespace MariosPizzeria.BuildingBlocks.Documents;

/// <summary>
/// The records that a store keeps beside its documents, for an operator who investigates what happened to a document.
/// </summary>
public interface IMessageHistory
{
    /// <summary>Returns the messages that a document handled, oldest first, without those whose records were removed.</summary>
    Task<IReadOnlyList<HandledMessageEntry>> ListHandledAsync(string collection, string id, CancellationToken cancellationToken);

    /// <summary>Returns stored events that are not published yet, oldest first.</summary>
    /// <param name="about">Only events that contain this text, an id for example; null for all.</param>
    /// <param name="before">Only events that were stored earlier; null for all.</param>
    Task<IReadOnlyList<PendingOutboxEntry>> ListPendingAsync(
        string? about,
        DateTimeOffset? before,
        int limit,
        CancellationToken cancellationToken
    );
}

/// <summary>One handled message.</summary>
/// <param name="Message">The message and its consumer.</param>
/// <param name="At">The time at which that was stored, UTC.</param>
public sealed record HandledMessageEntry(HandledMessage Message, DateTimeOffset At);

/// <summary>One event that waits to be published.</summary>
/// <param name="EventId">The event's id.</param>
/// <param name="Type">Its name.</param>
/// <param name="StoredAt">The time since which it waits, UTC.</param>
public sealed record PendingOutboxEntry(Guid EventId, string Type, DateTimeOffset StoredAt);
