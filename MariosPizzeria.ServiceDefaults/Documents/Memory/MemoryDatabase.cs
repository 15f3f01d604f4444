using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.ServiceDefaults.Documents.Memory;

/// <summary>
/// A database that is gone with its process: for tests, and for a first look in Development (with a parity warning).
/// </summary>
internal sealed class MemoryDatabase(TimeProvider time) : IDocumentDatabase, IOutbox
{
    private readonly List<(OutboxEntry Entry, bool Taken)> _outbox = [];

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
                    _outbox[i] = (_outbox[i].Entry, Taken: true);
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
                    for (var i = 0; i < _outbox.Count; i++)
                    {
                        _outbox[i] = (_outbox[i].Entry, _outbox[i].Taken && !ids.Contains(_outbox[i].Entry.EventId));
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
    internal void Append(IEnumerable<OutboxEntry> entries) => _outbox.AddRange(entries.Select(entry => (entry, Taken: false)));
}
