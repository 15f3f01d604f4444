using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;

namespace MariosPizzeria.BuildingBlocks.Documents;

/// <summary>
/// Passes on what the stores of this process have just committed: to the relay, which publishes the events without reading them from the
/// store again, to the listeners that notify viewers of a change, and to the metrics.
/// </summary>
public sealed class CommittedEventQueue(TimeProvider time)
{
    // The maximum number of events that wait for the relay in memory. The relay publishes further events when it sweeps the store.
    private const int MaxQueuedEvents = 10_000;

    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<CommittedEvent> _events = new();
    private TaskCompletionSource? _waiter;
    private bool _isRaised;
    private ImmutableArray<Action<IDocument, IReadOnlyList<Event>>> _listeners = [];

    /// <summary>Called by every store after every commit of a document, in the context of its caller.</summary>
    /// <param name="document">The document as it is stored, with its new version.</param>
    /// <param name="keys">The place of each event in the outbox.</param>
    public void OnCommitted(IDocument document, IReadOnlyList<Event> events, IReadOnlyList<OutboxKey> keys)
    {
        if (events.Count > 0)
        {
            if (_events.Count < MaxQueuedEvents)
            {
                for (var n = 0; n < events.Count; n++)
                {
                    _events.Enqueue(new(events[n], Activity.Current?.Id, keys[n], time.GetTimestamp()));
                }
            }

            Raise();
        }

        foreach (var listener in _listeners)
        {
            listener(document, events);
        }
    }

    /// <summary>
    /// Adds a callback that gets the document and its events after every commit. It runs in the committing request: it must be fast, and
    /// must not throw.
    /// </summary>
    public void AddListener(Action<IDocument, IReadOnlyList<Event>> onCommitted) =>
        ImmutableInterlocked.Update(ref _listeners, listeners => listeners.Add(onCommitted));

    /// <summary>Removes and returns up to <paramref name="limit"/> committed events, oldest first. Only the relay may call it.</summary>
    internal IReadOnlyList<CommittedEvent> Dequeue(int limit)
    {
        var taken = new List<CommittedEvent>();
        while (taken.Count < limit && _events.TryDequeue(out var next))
        {
            taken.Add(next);
        }

        return taken;
    }

    /// <summary>Waits until there are events to publish, at most for <paramref name="atMost"/>. Only the relay may call it.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isRaised)
            {
                _isRaised = false;
                return;
            }

            _waiter = waiter;
        }

        using var timer = time.CreateTimer(_ => waiter.TrySetResult(), state: null, atMost, Timeout.InfiniteTimeSpan);
        using var cancellation = cancellationToken.Register(() => waiter.TrySetCanceled(cancellationToken));
        await waiter.Task;
    }

    private void Raise()
    {
        lock (_gate)
        {
            // A waiter whose wait is over does not consume the signal, which then stays for the next wait.
            _isRaised = _waiter is null || !_waiter.TrySetResult();
            _waiter = null;
        }
    }
}

/// <summary>An event that this process has just committed.</summary>
/// <param name="Event">The event.</param>
/// <param name="TraceParent">W3C traceparent of the request that caused it.</param>
/// <param name="Key">Its place in the outbox.</param>
/// <param name="CommittedAt">The clock's timestamp of the commit.</param>
internal sealed record CommittedEvent(Event Event, string? TraceParent, OutboxKey Key, long CommittedAt);
