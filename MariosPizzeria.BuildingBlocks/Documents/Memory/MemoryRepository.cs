using System.Diagnostics;

namespace MariosPizzeria.BuildingBlocks.Documents.Memory;

/// <summary>Documents of one type in a dictionary, as JSON, so that data that is not in the JSON is lost as in the other stores.</summary>
internal sealed class MemoryRepository<T>(MemoryDatabase database, DocumentType<T> type, CommittedEventQueue signal) : IRepository<T>
    where T : class, IDocument
{
    private readonly Dictionary<string, Stored> _documents = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, string Key), string> _uniqueKeys = [];

    public Task<T?> FindAsync(string id, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            return Task.FromResult(_documents.TryGetValue(id, out var stored) ? Read(stored) : null);
        }
    }

    public Task<SaveResult> SaveAsync(T document, IReadOnlyList<Event> events, HandledMessage? handled, CancellationToken cancellationToken)
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

            string?[] keys = [.. type.Indexes.Select(index => index.Key(document))];
            if (IsUniqueKeyTaken(keys, document.Id))
            {
                return Task.FromResult(SaveResult.Conflict);
            }

            // A value that can't be written as JSON fails here, before anything is stored.
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
            RemoveUniqueKeys(document.Id);
            _documents[document.Id] = new(
                document.Version,
                body,
                keys,
                [.. type.Measures.Select(measure => measure.Of(document))],
                [.. type.LineItems?.Invoke(document) ?? []]
            );
            foreach (var (name, key) in UniqueKeys(keys))
            {
                _uniqueKeys[(name, key)] = document.Id;
            }

            database.Append(entries);
            if (handled is not null)
            {
                database.Record(type.Collection, document.Id, handled);
            }
        }

        signal.OnCommitted(document, events, [.. events.Select(e => new OutboxKey(e.EventId, type.Collection, document.Id))]);
        return Task.FromResult(SaveResult.Saved);
    }

    public Task<IReadOnlyList<T>> ListAsync(Query<T> query, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            Func<KeyValuePair<string, Stored>, string?> key = query.Order is { } index ? row => KeyOf(row.Value, index) : row => row.Key;
            var matches = _documents.Where(row => IsMatch(query, row.Key, row.Value) && IsBehindPosition(query, row.Key, row.Value));
            var sorted = query.Descending
                ? matches.OrderByDescending(key, StringComparer.Ordinal).ThenByDescending(row => row.Key, StringComparer.Ordinal)
                : matches.OrderBy(key, StringComparer.Ordinal).ThenBy(row => row.Key, StringComparer.Ordinal);
            return Task.FromResult<IReadOnlyList<T>>([
                .. sorted.Skip((int)Math.Min(query.Skip, int.MaxValue)).Take(query.Take).Select(row => Read(row.Value)),
            ]);
        }
    }

    public Task<long> CountAsync(Query<T> query, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            var count = _documents.Count(row => IsMatch(query, row.Key, row.Value) && IsBehindPosition(query, row.Key, row.Value));
            return Task.FromResult((long)Math.Min(count, query.CountLimit));
        }
    }

    public Task<int> RemoveAsync(Query<T> query, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            var doomed = _documents
                .Where(row => IsMatch(query, row.Key, row.Value))
                .Select(row => row.Key)
                .Order(StringComparer.Ordinal)
                .Take(query.Take)
                .ToHashSet();
            foreach (var id in doomed)
            {
                RemoveUniqueKeys(id);
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

    public Task<bool> HasHandledAsync(string id, HandledMessage handled, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            return Task.FromResult(database.Inbox.ContainsKey((type.Collection, id, handled)));
        }
    }

    /// <summary>Whether another document has one of the values.</summary>
    private bool IsUniqueKeyTaken(string?[] keys, string id) =>
        UniqueKeys(keys).Any(key => _uniqueKeys.TryGetValue(key, out var owner) && !string.Equals(owner, id, StringComparison.Ordinal));

    /// <summary>Removes the unique keys of a document as it is stored.</summary>
    private void RemoveUniqueKeys(string id)
    {
        if (_documents.TryGetValue(id, out var stored))
        {
            foreach (var key in UniqueKeys(stored.Keys))
            {
                _uniqueKeys.Remove(key);
            }
        }
    }

    private IEnumerable<(string Name, string Key)> UniqueKeys(string?[] keys)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            if (type.Indexes[i].IsUnique && keys[i] is { } key)
            {
                yield return (type.Indexes[i].Name, key);
            }
        }
    }

    internal DocumentType<T> Type => type;

    /// <summary>Returns the stored entries of the documents that match, regardless of the query's page.</summary>
    internal IReadOnlyList<Stored> Matches(Query<T> query)
    {
        lock (database.Gate)
        {
            return [.. _documents.Where(row => IsMatch(query, row.Key, row.Value)).Select(row => row.Value)];
        }
    }

    private static T Read(Stored stored)
    {
        var document = JsonSerializer.Deserialize<T>(stored.Body, PizzeriaJson.Documents)!;
        document.Version = stored.Version;
        return document;
    }

    private bool IsMatch(Query<T> query, string id, Stored stored) =>
        (
            (query.Prefixes.IsEmpty && query.Alternatives.IsEmpty)
            || query.Alternatives.Any(way => KeyOf(stored, way.Index) is { } key && way.AnyOf.Contains(key))
            || query.Prefixes.Any(beginning =>
                (beginning.Index is null ? id : KeyOf(stored, beginning.Index))?.StartsWith(beginning.Prefix, StringComparison.Ordinal)
                    is true
            )
        )
        && (query.Order is null || KeyOf(stored, query.Order) is not null)
        && query.Equalities.All(equality => KeyOf(stored, equality.Index) is { } key && equality.AnyOf.Contains(key))
        && query.Ranges.All(range =>
            KeyOf(stored, range.Index) is { } key
            && (range.From is null || string.CompareOrdinal(key, range.From) >= 0)
            && (range.Before is null || string.CompareOrdinal(key, range.Before) < 0)
        );

    private bool IsBehindPosition(Query<T> query, string id, Stored stored)
    {
        if (query is not { Position: var (key, lastId), Order: { } index })
        {
            return true;
        }

        var order = string.CompareOrdinal(KeyOf(stored, index), key) is not 0 and var byKey ? byKey : string.CompareOrdinal(id, lastId);
        return query.Descending ? order < 0 : order > 0;
    }

    internal string? KeyOf(Stored stored, DocumentIndex<T> index)
    {
        for (var i = 0; i < type.Indexes.Count; i++)
        {
            if (type.Indexes[i].Name == index.Name)
            {
                return stored.Keys[i];
            }
        }

        throw new ArgumentException($"{type.Collection} has no index {index.Name}.", nameof(index));
    }

    /// <summary>A document with its keys and measures, in the order of the type's, and its parts.</summary>
    internal sealed record Stored(long Version, byte[] Body, string?[] Keys, long?[] Measures, Part[] Parts);
}
