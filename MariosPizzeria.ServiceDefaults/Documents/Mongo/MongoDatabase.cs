using Microsoft.Extensions.Diagnostics.HealthChecks;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MariosPizzeria.ServiceDefaults.Documents.Mongo;

/// <summary>
/// A service's database in MongoDB: a collection per kind of document. Each document carries its own outbox and inbox, so that one
/// write is all it takes and no replica set is needed for transactions.
/// </summary>
internal sealed class MongoDatabase(IMongoDatabase database, IEnumerable<IDocumentType> types, HealthCheckService health)
    : IDocumentDatabase
{
    // As Aspire's integration calls its check.
    private const string Check = "MongoDB.Driver";

    public string Kind => "mongodb";

    public Task Migrate(CancellationToken cancellationToken) =>
        MongoFaults.Translate(async () =>
        {
            // Making an index that is there does nothing, and two who make the same one wait for each other: no lock is needed.
            foreach (var type in types)
            {
                await database.GetCollection<BsonDocument>(type.Collection).Indexes.CreateManyAsync(Indexes(type), cancellationToken);
            }
        });

    /// <summary>Asks the health check of Aspire's integration, which knows how to ask the server.</summary>
    public async Task Ping(CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(check => check.Name == Check, cancellationToken);
        if (report.Status != HealthStatus.Healthy)
        {
            throw new DatabaseUnavailableException(report.Entries[Check].Exception);
        }
    }

    public async Task<string?> Version(CancellationToken cancellationToken)
    {
        var build = await MongoFaults.Translate(() =>
            database.RunCommandAsync<BsonDocument>(new BsonDocument("buildInfo", 1), cancellationToken: cancellationToken)
        );
        return build.TryGetValue("version", out var version) ? version.AsString : null;
    }

    private static IEnumerable<CreateIndexModel<BsonDocument>> Indexes(IDocumentType type)
    {
        foreach (var index in type.IndexNames)
        {
            yield return Index(index, [index]);
        }

        foreach (var compound in type.CompoundNames)
        {
            yield return Index("by_" + string.Join('_', compound), compound);
        }

        // Only documents with something to publish are in it, so that the relay's sweep costs nothing when there is nothing.
        yield return new(
            new BsonDocument(Fields.OutboxSequence, 1),
            new CreateIndexOptions<BsonDocument>
            {
                Name = "outbox",
                PartialFilterExpression = new BsonDocument(Fields.OutboxSequence, new BsonDocument("$gt", 0)),
            }
        );

        static CreateIndexModel<BsonDocument> Index(string name, IEnumerable<string> keys) =>
            new(new BsonDocument(keys.Select(key => new BsonElement(Fields.Key(key), 1)).Append(new("_id", 1))), new() { Name = name });
    }
}

/// <summary>What a stored document's fields are called.</summary>
internal static class Fields
{
    public const string Version = "version";
    public const string Body = "body";
    public const string Inbox = "inbox";
    public const string Outbox = "outbox";
    public const string OutboxSequence = "outbox.seq";

    public static string Key(string index) => "key_" + index;
}
