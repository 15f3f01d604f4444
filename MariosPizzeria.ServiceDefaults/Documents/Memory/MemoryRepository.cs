using System.Diagnostics;
using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.ServiceDefaults.Documents.Memory;

/// <summary>Documents of one kind in a dictionary, as JSON: what is not in the JSON is lost here as it is elsewhere.</summary>
internal sealed class MemoryRepository<T>(MemoryDatabase database, DocumentType<T> type, OutboxSignal signal) : IRepository<T>
    where T : class, IDocument
{
    private readonly Dictionary<string, (long Version, byte[] Body)> _documents = new(StringComparer.Ordinal);

    public Task<T?> Find(string id, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            return Task.FromResult(_documents.TryGetValue(id, out var stored) ? Read(stored) : null);
        }
    }

    public Task<SaveResult> Save(T document, IReadOnlyList<Event> events, HandledMessage? handled, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            if (handled is not null && database.Inbox.ContainsKey((type.Collection, document.Id, handled)))
            {
                return Task.FromResult(SaveResult.AlreadyHandled);
            }

            if (document.Version != (_documents.TryGetValue(document.Id, out var stored) ? stored.Version : 0))
            {
                return Task.FromResult(SaveResult.Conflict);
            }

            // Whatever can't be written as JSON fails here, before anything is stored.
            var body = JsonSerializer.SerializeToUtf8Bytes(document, PizzeriaJson.Documents);
            OutboxEntry[] entries =
            [
                .. events.Select(e => new OutboxEntry(
                    e.EventId,
                    e.GetType().Name,
                    JsonSerializer.Serialize<object>(e, PizzeriaJson.Options),
                    Activity.Current?.Id
                )),
            ];

            document.Version++;
            _documents[document.Id] = (document.Version, body);
            database.Append(entries);
            if (handled is not null)
            {
                database.Record(type.Collection, document.Id, handled);
            }
        }

        signal.Committed(document, events);
        return Task.FromResult(SaveResult.Saved);
    }

    public Task<IReadOnlyList<T>> List(Query<T> query, CancellationToken cancellationToken)
    {
        var matches = Matches(query);
        Func<T, string?> key = query.Order is { } index ? index.Key : document => document.Id;
        var sorted = query.Descending
            ? matches.OrderByDescending(key, StringComparer.Ordinal).ThenByDescending(document => document.Id, StringComparer.Ordinal)
            : matches.OrderBy(key, StringComparer.Ordinal).ThenBy(document => document.Id, StringComparer.Ordinal);
        return Task.FromResult<IReadOnlyList<T>>([.. sorted.Skip((int)Math.Min(query.Skip, int.MaxValue)).Take(query.Take)]);
    }

    public Task<long> Count(Query<T> query, CancellationToken cancellationToken) => Task.FromResult((long)Matches(query).Count);

    public Task<int> Remove(Query<T> query, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            var doomed = Matches(query).Select(document => document.Id).Order(StringComparer.Ordinal).Take(query.Take).ToHashSet();
            foreach (var id in doomed)
            {
                _documents.Remove(id);
            }

            foreach (
                var row in database.Inbox.Keys.Where(row => row.Collection == type.Collection && doomed.Contains(row.DocumentId)).ToList()
            )
            {
                database.Inbox.Remove(row);
            }

            return Task.FromResult(doomed.Count);
        }
    }

    public Task<bool> HasHandled(string id, HandledMessage handled, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            return Task.FromResult(database.Inbox.ContainsKey((type.Collection, id, handled)));
        }
    }

    private static T Read((long Version, byte[] Body) stored)
    {
        var document = JsonSerializer.Deserialize<T>(stored.Body, PizzeriaJson.Documents)!;
        document.Version = stored.Version;
        return document;
    }

    private static bool IsMatch(Query<T> query, T document) =>
        document.Id.StartsWith(query.IdPrefix, StringComparison.Ordinal)
        && (query.Order is null || query.Order.Key(document) is not null)
        && query.Equalities.All(equality => equality.Index.Key(document) is { } key && equality.AnyOf.Contains(key))
        && query.Ranges.All(range =>
            range.Index.Key(document) is { } key
            && (range.From is null || string.CompareOrdinal(key, range.From) >= 0)
            && (range.Before is null || string.CompareOrdinal(key, range.Before) < 0)
        );

    private List<T> Matches(Query<T> query)
    {
        lock (database.Gate)
        {
            return [.. _documents.Values.Select(Read).Where(document => IsMatch(query, document))];
        }
    }
}
