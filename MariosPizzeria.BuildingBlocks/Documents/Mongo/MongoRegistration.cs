using MariosPizzeria.BuildingBlocks.Documents.Mongo;
using MongoDB.Driver;

namespace MariosPizzeria.BuildingBlocks.Documents;

/// <summary>Registers a database in MongoDB, by Aspire's client integration.</summary>
internal static class MongoRegistration
{
    // The driver waits 30 s by default; with this timeout a caller gets the error that the database is unavailable sooner, and retries.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Registers the MongoDB stores if the connection string is a valid <c>mongodb://</c> or <c>mongodb+srv://</c> one.</summary>
    /// <returns>False if it is not; then nothing was registered.</returns>
    public static bool TryAddMongo(this WebApplicationBuilder builder, string name, string connectionString, int maxConnections)
    {
        if (
            !connectionString.StartsWith("mongodb://", StringComparison.Ordinal)
            && !connectionString.StartsWith("mongodb+srv://", StringComparison.Ordinal)
        )
        {
            return false;
        }

        MongoUrl url;
        try
        {
            url = MongoUrl.Create(connectionString);
        }
        catch (MongoConfigurationException)
        {
            return false;
        }

        builder.AddMongoDBClient(
            name,
            settings =>
            {
                settings.DisableTracing = string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
                // DatabaseHealthCheck checks every kind of database.
                settings.DisableHealthChecks = true;
            },
            client =>
            {
                client.ApplicationName = builder.Environment.ApplicationName;
                client.MaxConnectionPoolSize = Math.Min(client.MaxConnectionPoolSize, maxConnections);
                client.ServerSelectionTimeout = Timeout;
                client.ConnectTimeout = Timeout;
                client.WaitQueueTimeout = Timeout;

                // An acknowledged write is on disk, so that it is not lost even if the server is killed.
                client.WriteConcern = WriteConcern.WMajority.With(journal: true);
            }
        );

        // Azure's connection strings name a server and no database: then the database has the name of the connection string.
        builder.Services.AddSingleton(provider => provider.GetRequiredService<IMongoClient>().GetDatabase(url.DatabaseName ?? name));
        builder.Services.AddSingleton<IDocumentDatabase, MongoDatabase>();
        builder.Services.AddSingleton<IOutbox, MongoOutbox>();
        builder.Services.AddSingleton<OutboxSequenceClock>();
        builder.Services.AddSingleton(typeof(IRepository<>), typeof(MongoRepository<>));
        builder.Services.AddSingleton(typeof(IMeasures<>), typeof(MongoMeasures<>));
        return true;
    }
}
