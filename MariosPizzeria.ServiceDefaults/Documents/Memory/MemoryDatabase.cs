using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.ServiceDefaults.Documents.Memory;

/// <summary>
/// A database that is gone with its process: for tests, and for a first look in Development (with a parity warning).
/// </summary>
internal sealed class MemoryDatabase(TimeProvider time) : IDocumentDatabase, IOutbox
{
    private readonly List<Waiter> _outbox = [];

    /// <summary>Guards everything in the database, the repositories' dictionaries included: that makes a save atomic.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Every message that was handled, per document, and when. To be used under <see cref="Gate"/>.</summary>
    internal Dictionary<(string Collection, string DocumentId, HandledMessage Message), DateTimeOffset> Inbox { get; } = [];

    public string Kind => "memory";

    public Task Migrate(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task Ping(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<int> ForgetHandled(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            var old = Inbox.Where(row => row.Value < before).Select(row => row.Key).Take(limit).ToList();
            old.ForEach(row => Inbox.Remove(row));
            return Task.FromResult(old.Count);
        }
    }

    public Task<IReadOnlyList<HandledEntry>> Handled(string collection, string id, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            return Task.FromResult<IReadOnlyList<HandledEntry>>([
                .. Inbox
                    .Where(row => row.Key.Collection == collection && row.Key.DocumentId == id)
                    .OrderBy(row => row.Value)
                    .Select(row => new HandledEntry(row.Key.Message, row.Value)),
            ]);
        }
    }

    public Task<IReadOnlyList<WaitingEntry>> Waiting(string? about, DateTimeOffset? before, int limit, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            return Task.FromResult<IReadOnlyList<WaitingEntry>>([
                .. _outbox
                    .Where(waiter => about is null || waiter.Entry.Body.Contains(about, StringComparison.Ordinal))
                    .Where(waiter => before is null || waiter.StoredAt < before)
                    .Take(limit)
                    .Select(waiter => new WaitingEntry(waiter.Entry.EventId, waiter.Entry.Type, waiter.StoredAt)),
            ]);
        }
    }

    public async Task<int> Drain(
        int limit,
        Func<IReadOnlyList<OutboxEntry>, CancellationToken, Task> publish,
        CancellationToken cancellationToken
    )
    {
        var taken = new List<OutboxEntry>();
        lock (Gate)
        {
            for (var i = 0; i < _outbox.Count && taken.Count < limit; i++)
            {
                if (!_outbox[i].Taken && EventCatalog.Knows(_outbox[i].Entry.Type))
                {
                    taken.Add(_outbox[i].Entry);
                    _outbox[i].Taken = true;
                }
            }
        }

        if (taken.Count == 0)
        {
            return 0;
        }

        var published = false;
        try
        {
            await publish(taken, cancellationToken);
            published = true;
        }
        finally
        {
            lock (Gate)
            {
                var ids = taken.Select(entry => entry.EventId).ToHashSet();
                if (published)
                {
                    _outbox.RemoveAll(row => ids.Contains(row.Entry.EventId));
                }
                else
                {
                    foreach (var waiter in _outbox.Where(waiter => ids.Contains(waiter.Entry.EventId)))
                    {
                        waiter.Taken = false;
                    }
                }
            }
        }

        return taken.Count;
    }

    public Task<int> Backlog(int limit, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            return Task.FromResult(Math.Min(_outbox.Count, limit));
        }
    }

    /// <summary>To be called under <see cref="Gate"/>.</summary>
    internal void Record(string collection, string documentId, HandledMessage message) =>
        Inbox[(collection, documentId, message)] = time.GetUtcNow();

    /// <summary>To be called under <see cref="Gate"/>.</summary>
    internal void Append(IEnumerable<OutboxEntry> entries) =>
        _outbox.AddRange(entries.Select(entry => new Waiter(entry, time.GetUtcNow())));

    private sealed record Waiter(OutboxEntry Entry, DateTimeOffset StoredAt)
    {
        public bool Taken { get; set; }
    }
}
