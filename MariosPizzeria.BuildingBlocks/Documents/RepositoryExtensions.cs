namespace MariosPizzeria.BuildingBlocks.Documents;

/// <summary>Changes and adds documents, with and without events.</summary>
public static class RepositoryExtensions
{
    // If other changes come first in twenty attempts in a row, the document is a hot spot, which needs another design.
    private const int Attempts = 20;

    /// <summary>
    /// Loads a document, lets the domain decide, and stores the outcome. If a concurrent change was stored first, it loads the document
    /// again and decides again. Every command and every consumer changes existing documents in this way.
    /// </summary>
    /// <param name="change">
    /// The domain's guarded transition: returns the events that it raised, or the error if it is refused. Without events and without a
    /// handled message nothing is stored.
    /// </param>
    /// <param name="handled">The message that caused this change, if any.</param>
    /// <returns>The document after the change, or the error: <c>not-found</c>, the domain's, or <c>version-conflict</c>.</returns>
    public static Task<Result<T>> ChangeAsync<T>(
        this IRepository<T> repository,
        string id,
        Func<T, Result<IReadOnlyList<Event>>> change,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
        where T : class, IDocument =>
        ApplyAsync(repository, id, document => change(document).Select(events => (events, events.Count > 0)), handled, cancellationToken);

    /// <summary>Like <see cref="ChangeAsync{T}"/>, for a transition that raises no event.</summary>
    /// <param name="update">The domain's guarded transition: returns whether it changed anything, or the error if it is refused.</param>
    /// <param name="handled">The message that caused this change, if any.</param>
    /// <returns>The document after the change, or the error: <c>not-found</c>, the domain's, or <c>version-conflict</c>.</returns>
    public static Task<Result<T>> UpdateAsync<T>(
        this IRepository<T> repository,
        string id,
        Func<T, Result<bool>> update,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
        where T : class, IDocument =>
        ApplyAsync(
            repository,
            id,
            document => update(document).Select<(IReadOnlyList<Event>, bool)>(changed => ([], changed)),
            handled,
            cancellationToken
        );

    /// <summary>Stores a new document unless there already is one with its id.</summary>
    /// <returns>Whether it was stored.</returns>
    public static async Task<bool> AddAsync<T>(
        this IRepository<T> repository,
        T document,
        IReadOnlyList<Event> events,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
        where T : class, IDocument => await repository.SaveAsync(document, events, handled, cancellationToken) == SaveResult.Saved;

    private static async Task<Result<T>> ApplyAsync<T>(
        IRepository<T> repository,
        string id,
        Func<T, Result<(IReadOnlyList<Event> Events, bool Changed)>> change,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
        where T : class, IDocument
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await repository.FindAsync(id, cancellationToken) is not { } document)
            {
                return Error.NotFound(typeof(T).Name.ToLowerInvariant(), id);
            }

            var outcome = change(document);
            if (!outcome.Succeeded)
            {
                // The change may be refused because this message was already handled, by a process that died before it could acknowledge
                // it.
                return handled is not null && await repository.HasHandledAsync(id, handled, cancellationToken) ? document : outcome.Error;
            }

            if (!outcome.Value.Changed && handled is null)
            {
                return document;
            }

            switch (await repository.SaveAsync(document, outcome.Value.Events, handled, cancellationToken))
            {
                case SaveResult.Saved:
                    return document;
                case SaveResult.AlreadyHandled:
                    return await repository.FindAsync(id, cancellationToken) is { } stored
                        ? stored
                        : Error.NotFound(typeof(T).Name.ToLowerInvariant(), id);
            }

            if (attempt == Attempts)
            {
                return new Error(
                    ErrorCodes.VersionConflict,
                    $"The {typeof(T).Name.ToLowerInvariant()} is being changed by other requests; try again."
                );
            }

            await repository.BackOffAsync(attempt, cancellationToken);
        }
    }
}
