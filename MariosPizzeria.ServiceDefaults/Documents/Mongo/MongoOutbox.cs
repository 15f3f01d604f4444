using MariosPizzeria.Contracts.V1;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MariosPizzeria.ServiceDefaults.Documents.Mongo;

/// <summary>
/// The events that wait inside the documents of all collections. A relay claims those it publishes, each for itself and for a
/// limited time: one that dies leaves its claims to whoever comes after.
/// </summary>
internal sealed class MongoOutbox(IMongoDatabase database, IEnumerable<IDocumentType> types, OutboxClock clock) : IOutbox
{
    /// <summary>Longer than a batch may take to be confirmed (10 s); so long an event waits whose relay was killed.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private static readonly BsonArray KnownTypes = new(EventCatalog.All.Select(type => type.Name));

    private readonly IMongoCollection<BsonDocument>[] _collections =
    [
        .. types.Select(type => database.GetCollection<BsonDocument>(type.Collection)),
    ];

    public async Task<int> Drain(
        int limit,
        Func<IReadOnlyList<OutboxEntry>, CancellationToken, Task> publish,
        CancellationToken cancellationToken
    )
    {
        var claim = new Claim(Guid.NewGuid().ToString("N"), clock.Now);
        var batches = await MongoFaults.Translate(() => TakeOldest(limit, claim, cancellationToken));
        var entries = batches.SelectMany(batch => batch.Entries).OrderBy(entry => entry.Sequence).Select(entry => entry.Entry).ToList();
        if (entries.Count == 0)
        {
            return 0;
        }

        try
        {
            await publish(entries, cancellationToken);
        }
        catch
        {
            await GiveBack(batches, claim);
            throw;
        }

        // Not to be cut short: what is published and stays here is published again.
        await MongoFaults.Translate(() => Task.WhenAll(batches.Select(batch => Forget(batch, claim))));
        return entries.Count;
    }

    public async Task<int> Backlog(int limit, CancellationToken cancellationToken)
    {
        var counts = await MongoFaults.Translate(() =>
            Task.WhenAll(
                _collections.Select(async collection =>
                {
                    var counted = await collection
                        .Aggregate()
                        .Match(Fields.HasWaiting())
                        .Unwind(Fields.Outbox)
                        .Limit(limit)
                        .Count()
                        .FirstOrDefaultAsync(cancellationToken);
                    return counted?.Count ?? 0;
                })
            )
        );
        return (int)Math.Min(counts.Sum(), limit);
    }

    // Free, or claimed by a relay that should be done by now; an event that this build does not know is left for one that does.
    private static BsonDocument Free(string prefix, Claim claim) =>
        new() { [prefix + "type"] = new BsonDocument("$in", KnownTypes), [prefix + "until"] = new BsonDocument("$lt", claim.At) };

    private static BsonDocument Among(IEnumerable<BsonValue> ids) => new("_id", new BsonDocument("$in", new BsonArray(ids)));

    private static Task<UpdateResult> Forget(Batch batch, Claim claim) =>
        batch.Collection.UpdateManyAsync(
            Among(batch.Documents).Add("outbox.by", claim.Id),
            new BsonDocument("$pull", new BsonDocument(Fields.Outbox, new BsonDocument("by", claim.Id))),
            cancellationToken: CancellationToken.None
        );

    private static async Task GiveBack(IEnumerable<Batch> batches, Claim claim)
    {
        try
        {
            await Task.WhenAll(
                batches.Select(batch =>
                    batch.Collection.UpdateManyAsync(
                        Among(batch.Documents).Add("outbox.by", claim.Id),
                        new BsonDocument("$set", new BsonDocument("outbox.$[e].until", 0L)),
                        Elements(new BsonDocument("e.by", claim.Id)),
                        CancellationToken.None
                    )
                )
            );
        }
        catch (Exception e) when (e is MongoException or TimeoutException)
        {
            // The claims end by themselves; what the caller should hear of is why publishing failed.
        }
    }

    private static UpdateOptions Elements(BsonDocument filter) =>
        new() { ArrayFilters = [new BsonDocumentArrayFilterDefinition<BsonDocument>(filter)] };

    private static async Task<IEnumerable<(IMongoCollection<BsonDocument> Collection, BsonValue Document, BsonDocument Event)>> Look(
        IMongoCollection<BsonDocument> collection,
        int limit,
        Claim claim,
        CancellationToken cancellationToken
    )
    {
        var documents = await collection
            .Find(Fields.HasWaiting().Add(Fields.Outbox, new BsonDocument("$elemMatch", Free("", claim))))
            .Sort(new BsonDocument(Fields.OutboxSequence, 1))
            .Limit(limit)
            .Project(
                new BsonDocument
                {
                    ["outbox.id"] = 1,
                    [Fields.OutboxSequence] = 1,
                    ["outbox.type"] = 1,
                    ["outbox.until"] = 1,
                }
            )
            .ToListAsync(cancellationToken);
        return from document in documents
            from waiting in document[Fields.Outbox].AsBsonArray
            where KnownTypes.Contains(waiting["type"]) && waiting["until"].ToInt64() < claim.At
            select (collection, document["_id"], waiting.AsBsonDocument);
    }

    private async Task<Batch[]> TakeOldest(int limit, Claim claim, CancellationToken cancellationToken)
    {
        var waiting = await Task.WhenAll(_collections.Select(collection => Look(collection, limit, claim, cancellationToken)));
        return await Task.WhenAll(
            waiting
                .SelectMany(each => each)
                .OrderBy(each => each.Event["seq"].ToInt64())
                .Take(limit)
                .GroupBy(each => each.Collection)
                .Select(group =>
                    Take(group.Key, [.. group.Select(each => each.Document)], [.. group.Select(each => each.Event["id"])], claim)
                )
        );
    }

    // Two relays may look at the same events; each event's claim is set once, so that one of them has it.
    private async Task<Batch> Take(IMongoCollection<BsonDocument> collection, BsonValue[] documents, BsonValue[] events, Claim claim)
    {
        var these = new BsonDocument("$in", new BsonArray(events));
        await collection.UpdateManyAsync(
            Among(documents).Add(Fields.Outbox, new BsonDocument("$elemMatch", Free("", claim).Add("id", these))),
            new BsonDocument("$set", new BsonDocument { ["outbox.$[e].by"] = claim.Id, ["outbox.$[e].until"] = clock.Now + Lease.Ticks }),
            Elements(Free("e.", claim).Add("e.id", these))
        );

        var claimed = await collection
            .Find(Among(documents).Add("outbox.by", claim.Id))
            .Project(new BsonDocument(Fields.Outbox, 1))
            .ToListAsync();
        var entries =
            from document in claimed
            from each in document[Fields.Outbox].AsBsonArray
            where each.AsBsonDocument.GetValue("by", BsonNull.Value) == claim.Id
            select (
                each["seq"].ToInt64(),
                new OutboxEntry(
                    Guid.ParseExact(each["id"].AsString, "N"),
                    each["type"].AsString,
                    each["body"].AsString,
                    each["trace"].IsBsonNull ? null : each["trace"].AsString
                )
            );
        return new(collection, documents, [.. entries]);
    }

    private sealed record Claim(string Id, long At);

    private sealed record Batch(
        IMongoCollection<BsonDocument> Collection,
        BsonValue[] Documents,
        IReadOnlyList<(long Sequence, OutboxEntry Entry)> Entries
    );
}
