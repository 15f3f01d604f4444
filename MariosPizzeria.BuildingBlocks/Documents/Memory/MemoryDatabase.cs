namespace MariosPizzeria.BuildingBlocks.Documents.Memory;

/// <summary>
/// A database in the memory of the process: for tests, and for trying out the product in Development (with a parity warning).
/// </summary>
internal sealed class MemoryDatabase(TimeProvider time) : IDocumentDatabase, IOutbox
{
    private readonly List<StoredOutboxEntry> _outbox = [];

    /// <summary>Guards all data of the database, including the repositories' dictionaries, so that a save is atomic.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>The messages that each document handled, and when. The caller must hold <see cref="Gate"/>.</summary>
    internal Dictionary<(string Collection, string DocumentId, HandledMessage Message), DateTimeOffset> Inbox { get; } = [];

    public string Kind => "memory";

    public Task MigrateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task PingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<int> PruneInboxAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            var old = Inbox.Where(row => row.Value < before).Select(row => row.Key).Take(limit).ToList();
            old.ForEach(row => Inbox.Remove(row));
            return Task.FromResult(old.Count);
        }
    }

    public Task<IReadOnlyList<HandledMessageEntry>> ListHandledAsync(string collection, string id, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            return Task.FromResult<IReadOnlyList<HandledMessageEntry>>([
                .. Inbox
                    .Where(row => row.Key.Collection == collection && row.Key.DocumentId == id)
                    .OrderBy(row => row.Value)
                    .Select(row => new HandledMessageEntry(row.Key.Message, row.Value)),
            ]);
        }
    }

    public Task<IReadOnlyList<PendingOutboxEntry>> ListPendingAsync(
        string? about,
        DateTimeOffset? before,
        int limit,
        CancellationToken cancellationToken
    )
    {
        lock (Gate)
        {
            return Task.FromResult<IReadOnlyList<PendingOutboxEntry>>([
                .. _outbox
                    .Where(waiter => about is null || waiter.Entry.Body.Contains(about, StringComparison.Ordinal))
                    .Where(waiter => before is null || waiter.StoredAt < before)
                    .Take(limit)
                    .Select(waiter => new PendingOutboxEntry(waiter.Entry.EventId, waiter.Entry.Type, waiter.StoredAt)),
            ]);
        }
    }

    public async Task<int> DrainAsync(
        int limit,
        TimeSpan age,
        Func<IReadOnlyList<OutboxEntry>, CancellationToken, Task> publish,
        CancellationToken cancellationToken
    )
    {
        var taken = Take(limit, age);
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
            Complete(taken, published);
        }

        return taken.Count;
    }

    public Task RemoveAsync(IReadOnlyList<OutboxKey> published, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            var ids = published.Select(key => key.EventId).ToHashSet();
            _outbox.RemoveAll(waiter => ids.Contains(waiter.Entry.EventId));
            return Task.CompletedTask;
        }
    }

    /// <summary>Takes up to <paramref name="limit"/> of the oldest entries; no other caller gets them until they are completed.</summary>
    internal IReadOnlyList<OutboxEntry> Take(int limit, TimeSpan age)
    {
        lock (Gate)
        {
            var before = time.GetUtcNow() - age;
            var free = _outbox
                .Where(waiter => !waiter.Taken && waiter.StoredAt <= before && EventCatalog.Knows(waiter.Entry.Type))
                .Take(limit)
                .ToList();
            free.ForEach(waiter => waiter.Taken = true);
            return free.ConvertAll(waiter => waiter.Entry);
        }
    }

    /// <summary>Removes entries that were taken, or releases them if they were not published.</summary>
    internal void Complete(IReadOnlyList<OutboxEntry> taken, bool published)
    {
        lock (Gate)
        {
            var ids = taken.Select(entry => entry.EventId).ToHashSet();
            if (published)
            {
                _outbox.RemoveAll(waiter => ids.Contains(waiter.Entry.EventId));
                return;
            }

            foreach (var waiter in _outbox.Where(waiter => ids.Contains(waiter.Entry.EventId)))
            {
                waiter.Taken = false;
            }
        }
    }

    public Task<int> BacklogAsync(int limit, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            return Task.FromResult(Math.Min(_outbox.Count, limit));
        }
    }

    public Task<DateTimeOffset?> OldestAsync(CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            return Task.FromResult(_outbox.Find(waiter => EventCatalog.Knows(waiter.Entry.Type))?.StoredAt);
        }
    }

    /// <summary>The caller must hold <see cref="Gate"/>.</summary>
    internal void Record(string collection, string documentId, HandledMessage message) =>
        Inbox[(collection, documentId, message)] = time.GetUtcNow();

    /// <summary>The caller must hold <see cref="Gate"/>.</summary>
    internal void Append(IEnumerable<OutboxEntry> entries) =>
        _outbox.AddRange(entries.Select(entry => new StoredOutboxEntry(entry, time.GetUtcNow())));

    private sealed record StoredOutboxEntry(OutboxEntry Entry, DateTimeOffset StoredAt)
    {
        public bool Taken { get; set; }
    }
}
