using System.Collections.Immutable;

namespace MariosPizzeria.ServiceDefaults.Documents;

/// <summary>
/// Tells the rest of this process what its stores have just committed: the relay, so that it need not wait for its sweep, and
/// whoever tells viewers of a change.
/// </summary>
public sealed class OutboxSignal : IDisposable
{
    private readonly SemaphoreSlim _raised = new(0, 1);
    private ImmutableArray<Action<string, string, long>> _listeners = [];

    /// <summary>Every store calls it after every commit of a document.</summary>
    /// <param name="collection">The document's kind.</param>
    /// <param name="id">The document's id.</param>
    /// <param name="version">The version it has now.</param>
    /// <param name="raisedEvents">Whether there is something to publish. Many commits before the relay wakes count as one.</param>
    public void Committed(string collection, string id, long version, bool raisedEvents)
    {
        if (raisedEvents)
        {
            Raise();
        }

        foreach (var listener in _listeners)
        {
            listener(collection, id, version);
        }
    }

    /// <summary>Calls back with collection, id and version after every commit, on the committing request's way: be quick.</summary>
    public void Listen(Action<string, string, long> onCommitted) =>
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
