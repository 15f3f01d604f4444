using System.Text.RegularExpressions;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MariosPizzeria.BuildingBlocks.Documents.Mongo;

/// <summary>
/// A service's database in MongoDB: a collection per type of document. Each document contains its own outbox and inbox, so that a save
/// is one write and needs no replica set for transactions.
/// </summary>
internal sealed class MongoDatabase(IMongoDatabase database, IEnumerable<IDocumentType> types) : IDocumentDatabase
{
    public string Kind => "mongodb";

    public Task MigrateAsync(CancellationToken cancellationToken) =>
        MongoErrors.TranslateAsync(async () =>
        {
            // Creating an existing index has no effect, and two processes that create the same one wait for each other: no lock is needed.
            foreach (var type in types)
            {
                await database.GetCollection<BsonDocument>(type.Collection).Indexes.CreateManyAsync(Indexes(type), cancellationToken);
            }
        });

    public Task PingAsync(CancellationToken cancellationToken) =>
        MongoErrors.TranslateAsync(() =>
            database.RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1), cancellationToken: cancellationToken)
        );

    public async Task<string?> VersionAsync(CancellationToken cancellationToken)
    {
        var build = await MongoErrors.TranslateAsync(() =>
            database.RunCommandAsync<BsonDocument>(new BsonDocument("buildInfo", 1), cancellationToken: cancellationToken)
        );
        return build.TryGetValue("version", out var version) ? version.AsString : null;
    }

    public Task<int> PruneInboxAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        MongoErrors.TranslateAsync(async () =>
        {
            var forgotten = 0;
            foreach (var type in types)
            {
                forgotten += await ForgetAsync(
                    database.GetCollection<BsonDocument>(type.Collection),
                    before,
                    limit - forgotten,
                    cancellationToken
                );
                if (forgotten == limit)
                {
                    break;
                }
            }

            return forgotten;
        });

    public async Task<IReadOnlyList<HandledMessageEntry>> ListHandledAsync(
        string collection,
        string id,
        CancellationToken cancellationToken
    )
    {
        var stored = await MongoErrors.TranslateAsync(() =>
            database
                .GetCollection<BsonDocument>(collection)
                .Find(new BsonDocument("_id", id))
                .Project(new BsonDocument(Fields.Inbox, 1))
                .FirstOrDefaultAsync(cancellationToken)
        );

        // Entries are appended at the end, so the oldest are first.
        return stored is null ? [] : [.. stored[Fields.Inbox].AsBsonArray.Select(entry => InboxEntry.Read(entry.AsBsonDocument))];
    }

    public async Task<IReadOnlyList<PendingOutboxEntry>> ListPendingAsync(
        string? about,
        DateTimeOffset? before,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var conditions = new BsonDocument();
        if (about is not null)
        {
            conditions["outbox.body"] = new BsonRegularExpression(Regex.Escape(about));
        }

        if (before is { } moment)
        {
            conditions[Fields.OutboxSequence] = new BsonDocument("$lt", moment.UtcTicks);
        }

        var waiting = await MongoErrors.TranslateAsync(() =>
            Task.WhenAll(
                types.Select(type =>
                    database
                        .GetCollection<BsonDocument>(type.Collection)
                        .Aggregate()
                        .Match(Fields.HasWaiting())
                        .Unwind(Fields.Outbox)
                        .Match(conditions)
                        .Sort(new BsonDocument(Fields.OutboxSequence, 1))
                        .Limit(limit)
                        .ToListAsync(cancellationToken)
                )
            )
        );
        return
        [
            .. waiting
                .SelectMany(each => each)
                .Select(each => each[Fields.Outbox])
                .OrderBy(entry => entry["seq"].ToInt64())
                .Take(limit)
                .Select(entry => new PendingOutboxEntry(
                    Guid.ParseExact(entry["id"].AsString, "N"),
                    entry["type"].AsString,
                    new(entry["seq"].ToInt64(), TimeSpan.Zero)
                )),
        ];
    }

    private static async Task<int> ForgetAsync(
        IMongoCollection<BsonDocument> collection,
        DateTimeOffset before,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var old = new BsonDocument(Fields.InboxTime, new BsonDocument("$lt", new BsonDateTime(before.UtcDateTime)));
        var entries = await collection
            .Aggregate()
            .Match(old)
            .Unwind(Fields.Inbox)
            .Match(old)
            .Limit(limit)
            .Project(new BsonDocument(Fields.InboxId, 1))
            .ToListAsync(cancellationToken);
        if (entries.Count == 0)
        {
            return 0;
        }

        // The version stays the same: a concurrent save of the document may succeed, because these entries do not matter to it.
        await collection.BulkWriteAsync(
            entries
                .GroupBy(entry => entry["_id"], entry => entry[Fields.Inbox]["id"])
                .Select(document => new UpdateOneModel<BsonDocument>(
                    new BsonDocument("_id", document.Key),
                    new BsonDocument(
                        "$pull",
                        new BsonDocument(Fields.Inbox, new BsonDocument("id", new BsonDocument("$in", new BsonArray(document))))
                    )
                )),
            new BulkWriteOptions { IsOrdered = false },
            cancellationToken
        );
        return entries.Count;
    }

    private static IEnumerable<CreateIndexModel<BsonDocument>> Indexes(IDocumentType type)
    {
        foreach (var index in type.IndexNames)
        {
            yield return Index(index, [index]);
        }

        foreach (var key in type.UniqueNames)
        {
            var field = Fields.Key(key);
            yield return new(
                new BsonDocument(field, 1),
                new CreateIndexOptions<BsonDocument>
                {
                    Name = $"{key}_unique",
                    Unique = true,
                    PartialFilterExpression = new BsonDocument(field, new BsonDocument("$type", "string")),
                }
            );
        }

        foreach (var compound in type.CompoundNames)
        {
            yield return Index("by_" + string.Join('_', compound), compound);
        }

        // Only documents with unpublished events are in this index, so that the relay's sweep costs nothing if there are none.
        yield return new(
            new BsonDocument(Fields.OutboxSequence, 1),
            new CreateIndexOptions<BsonDocument> { Name = "outbox", PartialFilterExpression = Fields.HasWaiting() }
        );

        // Finds the entries to be removed without scanning all documents.
        yield return new(new BsonDocument(Fields.InboxTime, 1), new CreateIndexOptions { Name = "inbox" });

        static CreateIndexModel<BsonDocument> Index(string name, IEnumerable<string> keys) =>
            new(new BsonDocument(keys.Select(key => new BsonElement(Fields.Key(key), 1)).Append(new("_id", 1))), new() { Name = name });
    }
}

/// <summary>The names of a stored document's fields.</summary>
internal static class Fields
{
    public const string Version = "version";
    public const string Body = "body";
    public const string Inbox = "inbox";
    public const string InboxId = "inbox.id";
    public const string InboxTime = "inbox.at";
    public const string Outbox = "outbox";
    public const string OutboxSequence = "outbox.seq";

    public const string Parts = "parts";

    public static string Key(string index) => "key_" + index;

    public static string Measure(string measure) => "measure_" + measure;

    /// <summary>Matches documents with events that wait to be published.</summary>
    public static BsonDocument HasWaiting() => new(OutboxSequence, new BsonDocument("$gt", 0));
}

/// <summary>One handled message, as it is stored in its document.</summary>
internal static class InboxEntry
{
    public static string Id(HandledMessage handled) =>
        string.Create(CultureInfo.InvariantCulture, $"{handled.MessageId:N}:{handled.Consumer}");

    public static BsonDocument Write(HandledMessage handled, long now) =>
        new()
        {
            ["id"] = Id(handled),
            ["at"] = new BsonDateTime(new DateTime(now, DateTimeKind.Utc)),
            ["attempts"] = handled.Attempts,
        };

    public static HandledMessageEntry Read(BsonDocument stored)
    {
        var id = stored["id"].AsString.Split(':', 2);
        return new(
            new(Guid.ParseExact(id[0], "N"), id[1]) { Attempts = stored.GetValue("attempts", 1).ToInt32() },
            new(stored["at"].ToUniversalTime())
        );
    }
}
