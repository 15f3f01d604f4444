using MongoDB.Bson;
using MongoDB.Driver;

namespace MariosPizzeria.BuildingBlocks.Documents.Mongo;

/// <summary>
/// The events that wait inside the documents of all collections. A relay claims the events that it publishes, for itself and for a
/// limited time: if it dies, other relays claim them after that time.
/// </summary>
internal sealed class MongoOutbox(IMongoDatabase database, IEnumerable<IDocumentType> types, OutboxSequenceClock clock) : IOutbox
{
    /// <summary>Longer than the confirmation of a batch may take (10 s). Events of a relay that was killed wait for this time.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private static readonly BsonArray KnownTypes = new(EventCatalog.All.Select(type => type.Name));

    private readonly IMongoCollection<BsonDocument>[] _collections =
    [
        .. types.Select(type => database.GetCollection<BsonDocument>(type.Collection)),
    ];

    public async Task<int> DrainAsync(
        int limit,
        TimeSpan age,
        Func<IReadOnlyList<OutboxEntry>, CancellationToken, Task> publish,
        CancellationToken cancellationToken
    )
    {
        var claim = new Claim(Guid.NewGuid().ToString("N"), clock.Now, clock.Now - age.Ticks);
        var batches = await MongoErrors.TranslateAsync(() => TakeOldestAsync(limit, claim, cancellationToken));
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
            await ReleaseClaimAsync(batches, claim);
            throw;
        }

        // Not cancellable: an event that is published but not removed here is published again.
        await MongoErrors.TranslateAsync(() => Task.WhenAll(batches.Select(batch => RemoveAsync(batch, claim))));
        return entries.Count;
    }

    public Task RemoveAsync(IReadOnlyList<OutboxKey> published, CancellationToken cancellationToken) =>
        MongoErrors.TranslateAsync(() =>
            Task.WhenAll(
                published
                    .GroupBy(key => key.Collection, StringComparer.Ordinal)
                    .Select(group =>
                    {
                        var these = new BsonDocument("$in", new BsonArray(group.Select(key => key.EventId.ToString("N"))));
                        return database
                            .GetCollection<BsonDocument>(group.Key)
                            .UpdateManyAsync(
                                InFilter(group.Select(key => (BsonValue)key.DocumentId).Distinct()),
                                new BsonDocument("$pull", new BsonDocument(Fields.Outbox, new BsonDocument("id", these))),
                                cancellationToken: cancellationToken
                            );
                    })
            )
        );

    public async Task<int> BacklogAsync(int limit, CancellationToken cancellationToken)
    {
        var counts = await MongoErrors.TranslateAsync(() =>
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

    public async Task<DateTimeOffset?> OldestAsync(CancellationToken cancellationToken)
    {
        var known = new BsonDocument("outbox.type", new BsonDocument("$in", KnownTypes));
        var oldest = await MongoErrors.TranslateAsync(() =>
            Task.WhenAll(
                _collections.Select(async collection =>
                {
                    var found = await collection
                        .Aggregate()
                        .Match(Fields.HasWaiting())
                        .Unwind(Fields.Outbox)
                        .Match(known)
                        .Sort(new BsonDocument(Fields.OutboxSequence, 1))
                        .Limit(1)
                        .Project(new BsonDocument(Fields.OutboxSequence, 1))
                        .FirstOrDefaultAsync(cancellationToken);
                    return found?[Fields.Outbox]["seq"].ToInt64();
                })
            )
        );

        // The sequence is the time at which the event was stored, in ticks.
        return oldest.Min() is { } sequence ? new DateTimeOffset(sequence, TimeSpan.Zero) : null;
    }

    // Unclaimed, or claimed by a relay whose lease has expired. An event that this build does not know is left for a build that knows it.
    private static BsonDocument UnclaimedFilter(string prefix, Claim claim) =>
        new()
        {
            [prefix + "type"] = new BsonDocument("$in", KnownTypes),
            [prefix + "until"] = new BsonDocument("$lt", claim.At),
            [prefix + "seq"] = new BsonDocument("$lte", claim.StoredBefore),
        };

    private static BsonDocument InFilter(IEnumerable<BsonValue> ids) => new("_id", new BsonDocument("$in", new BsonArray(ids)));

    private static Task<UpdateResult> RemoveAsync(Batch batch, Claim claim) =>
        batch.Collection.UpdateManyAsync(
            InFilter(batch.Documents).Add("outbox.by", claim.Id),
            new BsonDocument("$pull", new BsonDocument(Fields.Outbox, new BsonDocument("by", claim.Id))),
            cancellationToken: CancellationToken.None
        );

    private static async Task ReleaseClaimAsync(IEnumerable<Batch> batches, Claim claim)
    {
        try
        {
            await Task.WhenAll(
                batches.Select(batch =>
                    batch.Collection.UpdateManyAsync(
                        InFilter(batch.Documents).Add("outbox.by", claim.Id),
                        new BsonDocument("$set", new BsonDocument("outbox.$[e].until", 0L)),
                        Elements(new BsonDocument("e.by", claim.Id)),
                        CancellationToken.None
                    )
                )
            );
        }
        catch (Exception e) when (e is MongoException or TimeoutException)
        {
            // The claims expire by themselves; the caller gets the exception of the failed publishing.
        }
    }

    private static UpdateOptions Elements(BsonDocument filter) =>
        new() { ArrayFilters = [new BsonDocumentArrayFilterDefinition<BsonDocument>(filter)] };

    private static async Task<
        IEnumerable<(IMongoCollection<BsonDocument> Collection, BsonValue Document, BsonDocument Event)>
    > FindPendingAsync(IMongoCollection<BsonDocument> collection, int limit, Claim claim, CancellationToken cancellationToken)
    {
        var documents = await collection
            .Find(Fields.HasWaiting().Add(Fields.Outbox, new BsonDocument("$elemMatch", UnclaimedFilter("", claim))))
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
            where
                KnownTypes.Contains(waiting["type"])
                && waiting["until"].ToInt64() < claim.At
                && waiting["seq"].ToInt64() <= claim.StoredBefore
            select (collection, document["_id"], waiting.AsBsonDocument);
    }

    private async Task<Batch[]> TakeOldestAsync(int limit, Claim claim, CancellationToken cancellationToken)
    {
        var waiting = await Task.WhenAll(_collections.Select(collection => FindPendingAsync(collection, limit, claim, cancellationToken)));
        return await Task.WhenAll(
            waiting
                .SelectMany(each => each)
                .OrderBy(each => each.Event["seq"].ToInt64())
                .Take(limit)
                .GroupBy(each => each.Collection)
                .Select(group =>
                    TakeAsync(group.Key, [.. group.Select(each => each.Document)], [.. group.Select(each => each.Event["id"])], claim)
                )
        );
    }

    // Two relays may find the same events; an event's claim is set only once, so that only one of them gets the event.
    private async Task<Batch> TakeAsync(IMongoCollection<BsonDocument> collection, BsonValue[] documents, BsonValue[] events, Claim claim)
    {
        var these = new BsonDocument("$in", new BsonArray(events));
        await collection.UpdateManyAsync(
            InFilter(documents).Add(Fields.Outbox, new BsonDocument("$elemMatch", UnclaimedFilter("", claim).Add("id", these))),
            new BsonDocument("$set", new BsonDocument { ["outbox.$[e].by"] = claim.Id, ["outbox.$[e].until"] = clock.Now + Lease.Ticks }),
            Elements(UnclaimedFilter("e.", claim).Add("e.id", these))
        );

        var claimed = await collection
            .Find(InFilter(documents).Add("outbox.by", claim.Id))
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

    /// <summary>The claim of one drain.</summary>
    /// <param name="Id">Its unique id.</param>
    /// <param name="At">The time at which it is made: claims that ended before are expired.</param>
    /// <param name="StoredBefore">Events that were stored later are not claimed.</param>
    private sealed record Claim(string Id, long At, long StoredBefore);

    private sealed record Batch(
        IMongoCollection<BsonDocument> Collection,
        BsonValue[] Documents,
        IReadOnlyList<(long Sequence, OutboxEntry Entry)> Entries
    );
}
