using System.Collections.Immutable;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.ServiceDefaults.Documents;

/// <summary>
/// Tells the rest of this process what its stores have just committed: the relay, so that it need not wait for its sweep, whoever
/// tells viewers of a change, and the metrics.
/// </summary>
public sealed class OutboxSignal : IDisposable
{
    private readonly SemaphoreSlim _raised = new(0, 1);
    private ImmutableArray<Action<IDocument, IReadOnlyList<Event>>> _listeners = [];

    /// <summary>Every store calls it after every commit of a document.</summary>
    /// <param name="document">As it is stored now, with its new version.</param>
    /// <param name="events">What it raised. Many commits with events before the relay wakes count as one to it.</param>
    public void Committed(IDocument document, IReadOnlyList<Event> events)
    {
        if (events.Count > 0)
        {
            Raise();
        }

        foreach (var listener in _listeners)
        {
            listener(document, events);
        }
    }

    /// <summary>
    /// Calls back with the document and its events after every commit, on the committing request's way: be quick, and throw nothing.
    /// </summary>
    public void Listen(Action<IDocument, IReadOnlyList<Event>> onCommitted) =>
        ImmutableInterlocked.Update(ref _listeners, listeners => listeners.Add(onCommitted));

    /// <summary>Waits until there is something to publish, at most so long.</summary>
    public Task Wait(TimeSpan atMost, CancellationToken cancellationToken) => _raised.WaitAsync(atMost, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _raised.Dispose();

    private void Raise()
    {
        try
        {
            if (_raised.CurrentCount == 0)
            {
                _raised.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Another commit raised it between the look and the release.
        }
    }
}
