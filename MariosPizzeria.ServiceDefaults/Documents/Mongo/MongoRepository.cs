using System.Diagnostics;
using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MariosPizzeria.ServiceDefaults.Documents.Mongo;

/// <summary>
/// Documents of one kind in a collection: id, version, the document, a field for each key, the events that wait and the messages
/// that were handled. Every save is one write of one document, hence atomic.
/// </summary>
internal sealed class MongoRepository<T>(IMongoDatabase database, DocumentType<T> type, OutboxSignal signal, OutboxClock clock)
    : IRepository<T>
    where T : class, IDocument
{
    // A document remembers so many of the messages it handled, the latest. An order sees a dozen in its life; a document that sees
    // many (the kitchen's load) is guarded by versions of its own, and a message comes again within seconds, not hundreds later.
    private const int Remembered = 500;

    // What a reader needs; the rest is the relay's.
    private static readonly BsonDocument Read = new() { [Fields.Version] = 1, [Fields.Body] = 1 };

    private readonly IMongoCollection<BsonDocument> _documents = database.GetCollection<BsonDocument>(type.Collection);

    public async Task<T?> Find(string id, CancellationToken cancellationToken)
    {
        var stored = await MongoFaults.Translate(() =>
            _documents.Find(new BsonDocument("_id", id)).Project(Read).FirstOrDefaultAsync(cancellationToken)
        );
        return stored is null ? null : Document(stored);
    }

    public async Task<SaveResult> Save(
        T document,
        IReadOnlyList<Event> events,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
    {
        var version = document.Version;
        var fields = new BsonDocument { [Fields.Version] = version + 1, [Fields.Body] = StoredJson.Write(document) };
        foreach (var index in type.Indexes)
        {
            fields[Fields.Key(index.Name)] = (BsonValue?)index.Key(document) ?? BsonNull.Value;
        }

        var outbox = Outbox(events);
        var written = await MongoFaults.Translate(() =>
            version == 0
                ? Insert(document.Id, fields, outbox, handled, cancellationToken)
                : Update(document.Id, version, fields, outbox, handled, cancellationToken)
        );
        if (!written)
        {
            return handled is not null && await HasHandled(document.Id, handled, cancellationToken)
                ? SaveResult.AlreadyHandled
                : SaveResult.Conflict;
        }

        document.Version = version + 1;
        signal.Committed(document, events);
        return SaveResult.Saved;
    }

    public Task<bool> HasHandled(string id, HandledMessage handled, CancellationToken cancellationToken) =>
        MongoFaults.Translate(() =>
            _documents.Find(new BsonDocument { ["_id"] = id, [Fields.InboxId] = InboxEntry.Id(handled) }).AnyAsync(cancellationToken)
        );

    public async Task<IReadOnlyList<T>> List(Query<T> query, CancellationToken cancellationToken)
    {
        if (query.Skip > int.MaxValue)
        {
            return [];
        }

        var direction = query.Descending ? -1 : 1;
        var order = query.Order is { } index ? new BsonDocument(Fields.Key(index.Name), direction) : [];
        var stored = await MongoFaults.Translate(() =>
            _documents
                .Find(Matching(query))
                .Sort(order.Add("_id", direction))
                .Skip((int)query.Skip)
                .Limit(query.Take == int.MaxValue ? null : query.Take)
                .Project(Read)
                .ToListAsync(cancellationToken)
        );
        return stored.ConvertAll(Document);
    }

    public Task<long> Count(Query<T> query, CancellationToken cancellationToken) =>
        MongoFaults.Translate(() => _documents.CountDocumentsAsync(Matching(query), cancellationToken: cancellationToken));

    public Task<int> Remove(Query<T> query, CancellationToken cancellationToken) =>
        MongoFaults.Translate(async () =>
        {
            // The events of a document would go with it: one that still has some to publish stays until the next pruning.
            var doomed = Matching(query).Add(Fields.Outbox, new BsonDocument("$size", 0));
            var ids = await _documents
                .Find(doomed)
                .Sort(new BsonDocument("_id", 1))
                .Limit(query.Take == int.MaxValue ? null : query.Take)
                .Project(new BsonDocument("_id", 1))
                .ToListAsync(cancellationToken);

            // The conditions once more: one that somebody changed meanwhile is looked at again, and stays if it no longer matches.
            var among = new BsonDocument("_id", new BsonDocument("$in", new BsonArray(ids.Select(id => id["_id"]))));
            var removed = await _documents.DeleteManyAsync(new BsonDocument("$and", new BsonArray { among, doomed }), cancellationToken);
            return (int)removed.DeletedCount;
        });

    private static T Document(BsonDocument stored)
    {
        var document = StoredJson.Read<T>(stored[Fields.Body].AsBsonDocument);
        document.Version = stored[Fields.Version].ToInt64();
        return document;
    }

    private static BsonDocument Matching(Query<T> query)
    {
        // Each condition for itself, as a key may be in several.
        var conditions = new BsonArray();
        foreach (var (index, anyOf) in query.Equalities)
        {
            conditions.Add(Condition(index, "$in", new BsonArray(anyOf)));
        }

        foreach (var (index, from, before) in query.Ranges)
        {
            if (from is not null)
            {
                conditions.Add(Condition(index, "$gte", from));
            }

            if (before is not null)
            {
                conditions.Add(Condition(index, "$lt", before));
            }
        }

        if (query.IdPrefix.Length > 0)
        {
            conditions.Add(new BsonDocument("_id", new BsonDocument { ["$gte"] = query.IdPrefix, ["$lt"] = query.AfterIdPrefix }));
        }

        if (query.Order is { } order)
        {
            conditions.Add(Condition(order, "$ne", BsonNull.Value));
        }

        return conditions.Count == 0 ? [] : new BsonDocument("$and", conditions);

        static BsonDocument Condition(Index<T> index, string comparison, BsonValue value) =>
            new(Fields.Key(index.Name), new BsonDocument(comparison, value));
    }

    private BsonArray Outbox(IReadOnlyList<Event> events) =>
        [
            .. events.Select(e => new BsonDocument
            {
                ["id"] = e.EventId.ToString("N"),
                ["seq"] = clock.Next(),
                ["type"] = e.GetType().Name,
                ["body"] = JsonSerializer.Serialize<object>(e, PizzeriaJson.Options),
                ["trace"] = (BsonValue?)Activity.Current?.Id ?? BsonNull.Value,
                ["until"] = 0L,
            }),
        ];

    private BsonArray Inbox(HandledMessage? handled) => handled is null ? [] : [InboxEntry.Write(handled, clock.Now)];

    private async Task<bool> Insert(
        string id,
        BsonDocument fields,
        BsonArray outbox,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await _documents.InsertOneAsync(
                new BsonDocument("_id", id).Merge(fields).Add(Fields.Outbox, outbox).Add(Fields.Inbox, Inbox(handled)),
                cancellationToken: cancellationToken
            );
            return true;
        }
        catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            return false;
        }
    }

    private async Task<bool> Update(
        string id,
        long version,
        BsonDocument fields,
        BsonArray outbox,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
    {
        // Two deliveries of one message meet here: the version lets one through, and the other, coming again, finds it handled.
        var unchanged = new BsonDocument { ["_id"] = id, [Fields.Version] = version };
        if (handled is not null)
        {
            unchanged[Fields.InboxId] = new BsonDocument("$ne", InboxEntry.Id(handled));
        }

        // The arrays are pushed to and never replaced: the relay takes from the outbox without raising the version.
        var pushed = new BsonDocument();
        if (outbox.Count > 0)
        {
            pushed[Fields.Outbox] = new BsonDocument("$each", outbox);
        }

        if (handled is not null)
        {
            pushed[Fields.Inbox] = new BsonDocument { ["$each"] = Inbox(handled), ["$slice"] = -Remembered };
        }

        var update = new BsonDocument("$set", fields);
        if (pushed.ElementCount > 0)
        {
            update["$push"] = pushed;
        }

        return (await _documents.UpdateOneAsync(unchanged, update, cancellationToken: cancellationToken)).MatchedCount == 1;
    }
}
