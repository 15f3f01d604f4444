using System.Diagnostics;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MariosPizzeria.BuildingBlocks.Documents.Mongo;

/// <summary>
/// Documents of one type in a collection: id, version, the document, a field for each key, the events that wait and the messages
/// that were handled. Every save is one write of one document, and therefore atomic.
/// </summary>
internal sealed class MongoRepository<T>(
    IMongoDatabase database,
    DocumentType<T> type,
    CommittedEventQueue signal,
    OutboxSequenceClock clock
) : IRepository<T>
    where T : class, IDocument
{
    // The maximum number of handled messages that a document keeps, the latest. An order handles a dozen in its life. A document that
    // handles many (the kitchen's load) is guarded by its own versions, and a message is redelivered within seconds, not hundreds of
    // messages later.
    private const int InboxRetention = 500;

    // The fields that a reader needs; the others are for the relay.
    private static readonly BsonDocument Read = new() { [Fields.Version] = 1, [Fields.Body] = 1 };

    private readonly IMongoCollection<BsonDocument> _documents = database.GetCollection<BsonDocument>(type.Collection);

    public async Task<T?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var stored = await MongoErrors.TranslateAsync(() =>
            _documents.Find(new BsonDocument("_id", id)).Project(Read).FirstOrDefaultAsync(cancellationToken)
        );
        return stored is null ? null : Document(stored);
    }

    public async Task<SaveResult> SaveAsync(
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

        MongoMeasures<T>.Add(fields, type, document, version + 1);
        var outbox = Outbox(events);
        var written = await MongoErrors.TranslateAsync(() =>
            version == 0
                ? InsertAsync(document.Id, fields, outbox, handled, cancellationToken)
                : UpdateAsync(document.Id, version, fields, outbox, handled, cancellationToken)
        );
        if (!written)
        {
            return handled is not null && await HasHandledAsync(document.Id, handled, cancellationToken)
                ? SaveResult.AlreadyHandled
                : SaveResult.Conflict;
        }

        document.Version = version + 1;
        signal.OnCommitted(document, events, [.. events.Select(e => new OutboxKey(e.EventId, type.Collection, document.Id))]);
        return SaveResult.Saved;
    }

    public Task<bool> HasHandledAsync(string id, HandledMessage handled, CancellationToken cancellationToken) =>
        MongoErrors.TranslateAsync(() =>
            _documents.Find(new BsonDocument { ["_id"] = id, [Fields.InboxId] = InboxEntry.Id(handled) }).AnyAsync(cancellationToken)
        );

    public async Task<IReadOnlyList<T>> ListAsync(Query<T> query, CancellationToken cancellationToken)
    {
        if (query.Skip > int.MaxValue)
        {
            return [];
        }

        var direction = query.Descending ? -1 : 1;
        var order = query.Order is { } index ? new BsonDocument(Fields.Key(index.Name), direction) : [];
        var stored = await MongoErrors.TranslateAsync(() =>
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

    public Task<long> CountAsync(Query<T> query, CancellationToken cancellationToken) =>
        MongoErrors.TranslateAsync(() =>
            _documents.CountDocumentsAsync(
                Matching(query),
                query.CountLimit == int.MaxValue ? null : new CountOptions { Limit = query.CountLimit },
                cancellationToken
            )
        );

    public Task<int> RemoveAsync(Query<T> query, CancellationToken cancellationToken) =>
        MongoErrors.TranslateAsync(async () =>
        {
            // The events of a document would be deleted with it: a document with unpublished events stays until the next pruning.
            var doomed = Matching(query).Add(Fields.Outbox, new BsonDocument("$size", 0));
            var ids = await _documents
                .Find(doomed)
                .Sort(new BsonDocument("_id", 1))
                .Limit(query.Take == int.MaxValue ? null : query.Take)
                .Project(new BsonDocument("_id", 1))
                .ToListAsync(cancellationToken);

            // The conditions are repeated: a document that was changed since the query is checked again, and stays if it no longer matches.
            var among = new BsonDocument("_id", new BsonDocument("$in", new BsonArray(ids.Select(id => id["_id"]))));
            var removed = await _documents.DeleteManyAsync(new BsonDocument("$and", new BsonArray { among, doomed }), cancellationToken);
            return (int)removed.DeletedCount;
        });

    /// <summary>Reads a document from its stored form.</summary>
    internal static T Document(BsonDocument stored)
    {
        var document = StoredJson.Read<T>(stored[Fields.Body].AsBsonDocument);
        document.Version = stored[Fields.Version].ToInt64();
        return document;
    }

    internal static BsonDocument Matching(Query<T> query)
    {
        // Each condition is a separate element, because a key may be in several conditions.
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

        if (!query.Prefixes.IsEmpty || !query.Alternatives.IsEmpty)
        {
            conditions.Add(
                new BsonDocument(
                    "$or",
                    new BsonArray(
                        query
                            .Prefixes.Select(beginning => new BsonDocument(
                                beginning.Index is null ? "_id" : Fields.Key(beginning.Index.Name),
                                new BsonDocument { ["$gte"] = beginning.Prefix, ["$lt"] = Query<T>.PrefixUpperBound(beginning.Prefix) }
                            ))
                            .Concat(query.Alternatives.Select(way => Condition(way.Index, "$in", new BsonArray(way.AnyOf))))
                    )
                )
            );
        }

        if (query is { Position: var (key, id), Order: { } sorted })
        {
            var (field, behind) = (Fields.Key(sorted.Name), query.Descending ? "$lt" : "$gt");
            conditions.Add(
                new BsonDocument(
                    "$or",
                    new BsonArray
                    {
                        new BsonDocument(field, new BsonDocument(behind, key)),
                        new BsonDocument { [field] = key, ["_id"] = new BsonDocument(behind, id) },
                    }
                )
            );
        }

        if (query.Order is { } order)
        {
            conditions.Add(Condition(order, "$ne", BsonNull.Value));
        }

        return conditions.Count == 0 ? [] : new BsonDocument("$and", conditions);

        static BsonDocument Condition(DocumentIndex<T> index, string comparison, BsonValue value) =>
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

    private async Task<bool> InsertAsync(
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

    private async Task<bool> UpdateAsync(
        string id,
        long version,
        BsonDocument fields,
        BsonArray outbox,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
    {
        // Two deliveries of one message meet here: the version lets only one succeed, and the other finds the message handled when it is
        // retried.
        var unchanged = new BsonDocument { ["_id"] = id, [Fields.Version] = version };
        if (handled is not null)
        {
            unchanged[Fields.InboxId] = new BsonDocument("$ne", InboxEntry.Id(handled));
        }

        // The arrays are appended to and never replaced, because the relay removes from the outbox without increasing the version.
        var pushed = new BsonDocument();
        if (outbox.Count > 0)
        {
            pushed[Fields.Outbox] = new BsonDocument("$each", outbox);
        }

        if (handled is not null)
        {
            pushed[Fields.Inbox] = new BsonDocument { ["$each"] = Inbox(handled), ["$slice"] = -InboxRetention };
        }

        var update = new BsonDocument("$set", fields);
        if (pushed.ElementCount > 0)
        {
            update["$push"] = pushed;
        }

        try
        {
            return (await _documents.UpdateOneAsync(unchanged, update, cancellationToken: cancellationToken)).MatchedCount == 1;
        }
        catch (MongoWriteException e) when (e.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            return false;
        }
    }
}
