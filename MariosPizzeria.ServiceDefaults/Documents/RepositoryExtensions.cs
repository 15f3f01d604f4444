using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.ServiceDefaults.Documents;

/// <summary>The two ways in which a document changes.</summary>
public static class RepositoryExtensions
{
    // A document that twenty others changed between our reading and our writing, twenty times over, is a hot spot to be designed away.
    private const int Attempts = 20;

    // Of the waits between two attempts, as a power of two in milliseconds.
    private const int LargestSpread = 8;

    /// <summary>
    /// Loads a document, lets the domain decide, and stores the outcome; when somebody else was quicker, loads it again and
    /// decides again. This is how every command and every consumer changes something that exists.
    /// </summary>
    /// <param name="repository">Where the document is.</param>
    /// <param name="id">Its id.</param>
    /// <param name="change">
    /// The domain's guarded transition: gives the events that it raised, or why it is refused. No events and no handled message
    /// means that nothing is stored.
    /// </param>
    /// <param name="handled">The message that leads to this, if one does.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The document as it is afterwards, or the fault: <c>not-found</c>, the domain's, or <c>version-conflict</c>.</returns>
    public static Task<Outcome<T>> Change<T>(
        this IRepository<T> repository,
        string id,
        Func<T, Outcome<IReadOnlyList<Event>>> change,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
        where T : class, IDocument =>
        Apply(repository, id, document => change(document).Select(events => (events, events.Count > 0)), handled, cancellationToken);

    /// <summary>As <see cref="Change{T}"/>, for a transition that raises no event.</summary>
    /// <param name="repository">Where the document is.</param>
    /// <param name="id">Its id.</param>
    /// <param name="update">The domain's guarded transition: whether it changed anything, or why it is refused.</param>
    /// <param name="handled">The message that leads to this, if one does.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The document as it is afterwards, or the fault: <c>not-found</c>, the domain's, or <c>version-conflict</c>.</returns>
    public static Task<Outcome<T>> Update<T>(
        this IRepository<T> repository,
        string id,
        Func<T, Outcome<bool>> update,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
        where T : class, IDocument =>
        Apply(
            repository,
            id,
            document => update(document).Select<(IReadOnlyList<Event>, bool)>(changed => ([], changed)),
            handled,
            cancellationToken
        );

    /// <summary>Stores a new document unless one with its id is there already.</summary>
    /// <returns>Whether it was stored now.</returns>
    public static async Task<bool> Add<T>(
        this IRepository<T> repository,
        T document,
        IReadOnlyList<Event> events,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
        where T : class, IDocument => await repository.Save(document, events, handled, cancellationToken) == SaveResult.Saved;

    private static async Task<Outcome<T>> Apply<T>(
        IRepository<T> repository,
        string id,
        Func<T, Outcome<(IReadOnlyList<Event> Events, bool Changed)>> change,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
        where T : class, IDocument
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await repository.Find(id, cancellationToken) is not { } document)
            {
                return Fault.NotFound(typeof(T).Name.ToLowerInvariant(), id);
            }

            var outcome = change(document);
            if (!outcome.Succeeded)
            {
                // Refused because this very message was carried out before, by a process that died before it could say so.
                return handled is not null && await repository.HasHandled(id, handled, cancellationToken) ? document : outcome.Fault;
            }

            if (!outcome.Value.Changed && handled is null)
            {
                return document;
            }

            switch (await repository.Save(document, outcome.Value.Events, handled, cancellationToken))
            {
                case SaveResult.Saved:
                    return document;
                case SaveResult.AlreadyHandled:
                    return await repository.Find(id, cancellationToken) is { } stored
                        ? stored
                        : Fault.NotFound(typeof(T).Name.ToLowerInvariant(), id);
            }

            if (attempt == Attempts)
            {
                return new Fault(Slugs.VersionConflict, $"The {typeof(T).Name.ToLowerInvariant()} is being changed by others; try again.");
            }

            // Spread the contenders, wider each time, or they meet again: fifty at once need a quarter of a second to come by in turn.
            await Task.Delay(Random.Shared.Next(1 << Math.Min(attempt, LargestSpread)), cancellationToken);
        }
    }
}
