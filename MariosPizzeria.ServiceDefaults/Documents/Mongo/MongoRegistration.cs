using MariosPizzeria.ServiceDefaults.Documents.Mongo;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MongoDB.Driver;

namespace MariosPizzeria.ServiceDefaults.Documents;

/// <summary>Attaches a process to a database in MongoDB, by Aspire's client integration.</summary>
internal static class MongoRegistration
{
    // The driver waits 30 s by default; here a caller is told sooner that the database is unavailable, and retries.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Registers the MongoDB stores if the connection string is a valid <c>mongodb://</c> or <c>mongodb+srv://</c> one.</summary>
    /// <returns>False where it is not; then nothing was registered.</returns>
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
                // DatabaseReadiness asks, whichever the database is.
                settings.DisableHealthChecks = true;
            },
            client =>
            {
                client.ApplicationName = builder.Environment.ApplicationName;
                client.MaxConnectionPoolSize = Math.Min(client.MaxConnectionPoolSize, maxConnections);
                client.ServerSelectionTimeout = Timeout;
                client.ConnectTimeout = Timeout;
                client.WaitQueueTimeout = Timeout;

                // What was answered is on disk, so that not even a killed server loses it.
                client.WriteConcern = WriteConcern.WMajority.With(journal: true);
            }
        );

        // Azure's connection strings name a server and no database: then the database is called as the connection string is.
        builder.Services.AddSingleton(provider => provider.GetRequiredService<IMongoClient>().GetDatabase(url.DatabaseName ?? name));
        builder.Services.AddSingleton<IDocumentDatabase, MongoDatabase>();
        builder.Services.AddSingleton<IOutbox, MongoOutbox>();
        builder.Services.AddSingleton<OutboxClock>();
        builder.Services.AddSingleton(typeof(IRepository<>), typeof(MongoRepository<>));
        return true;
    }
}
