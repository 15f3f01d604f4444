using Aspire.MongoDB.Driver;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MongoDB.Driver;

// Stands in for the package Aspire.MongoDB.Driver where the package source does not serve it (AspireMongoDB in Directory.Build.props):
// the same names and meaning, for what DocumentRegistration calls.
namespace Aspire.MongoDB.Driver
{
    /// <summary>How the client is registered.</summary>
    internal sealed class MongoDBSettings
    {
        /// <summary>True where the caller checks the server's health itself. The stand-in registers no health check in either case.</summary>
        public bool DisableHealthChecks { get; set; }

        /// <summary>True where nobody collects spans.</summary>
        public bool DisableTracing { get; set; }
    }
}

namespace Microsoft.Extensions.Hosting
{
    /// <summary>Adds a MongoDB client to a process.</summary>
    internal static class AspireMongoDBDriverExtensions
    {
        /// <summary>Registers <see cref="IMongoClient"/> for <c>ConnectionStrings:{connectionName}</c>; it connects when first used.</summary>
        public static void AddMongoDBClient(
            this IHostApplicationBuilder builder,
            string connectionName,
            Action<MongoDBSettings> configureSettings,
            Action<MongoClientSettings> configureClientSettings
        )
        {
            var settings = new MongoDBSettings();
            configureSettings(settings);
            builder.Services.AddSingleton<IMongoClient>(_ =>
            {
                var client = MongoClientSettings.FromConnectionString(builder.Configuration.GetConnectionString(connectionName));
                configureClientSettings(client);
                return new MongoClient(client);
            });
            if (!settings.DisableTracing)
            {
                builder.Services.AddOpenTelemetry().WithTracing(traces => traces.AddSource(MongoTelemetry.ActivitySourceName));
            }
        }
    }
}
