using MariosPizzeria.ServiceDefaults.Documents.Mongo;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MongoDB.Driver;

namespace MariosPizzeria.ServiceDefaults.Documents;

/// <summary>The part that is built where Aspire's packages are: MongoDB by Aspire's own integration.</summary>
public static partial class DocumentRegistration
{
    // The driver's own patience is half a minute; a caller is told sooner that the database is away, and comes again.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    static partial void TryAddMongo(WebApplicationBuilder builder, string name, string connectionString, ref bool attached)
    {
        if (!connectionString.StartsWith("mongodb://", StringComparison.Ordinal) && !IsServiceRecord(connectionString))
        {
            return;
        }

        MongoUrl url;
        try
        {
            url = MongoUrl.Create(connectionString);
        }
        catch (MongoConfigurationException)
        {
            // Reported by the caller, as any other text that names no server.
            return;
        }

        builder.AddMongoDBClient(
            name,
            // Nobody collects spans where no endpoint is set; then there is no need to make them.
            settings => settings.DisableTracing = string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]),
            client =>
            {
                client.ApplicationName = builder.Environment.ApplicationName;
                client.MaxConnectionPoolSize = Math.Min(client.MaxConnectionPoolSize, 4 * ConnectionsPerProcess);
                client.ServerSelectionTimeout = Patience;
                client.ConnectTimeout = Patience;
                client.WaitQueueTimeout = Patience;

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
        attached = true;
    }

    private static bool IsServiceRecord(string connectionString) => connectionString.StartsWith("mongodb+srv://", StringComparison.Ordinal);
}
