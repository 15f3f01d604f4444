using Aspire.MongoDB.Driver;
using MongoDB.Driver;

// Replaces the package Aspire.MongoDB.Driver if the package source does not provide it (AspireMongoDB in Directory.Build.props): the same
// names and meaning, for the members that MongoRegistration calls.
namespace Aspire.MongoDB.Driver
{
    /// <summary>The settings of the client's registration.</summary>
    internal sealed class MongoDBSettings
    {
        /// <summary>True if the caller checks the server's health itself. The stand-in registers no health check in either case.</summary>
        public bool DisableHealthChecks { get; set; }

        /// <summary>True if no spans are collected.</summary>
        public bool DisableTracing { get; set; }
    }
}

namespace Microsoft.Extensions.Hosting
{
    internal static class AspireMongoDBDriverExtensions
    {
        /// <summary>Registers <see cref="IMongoClient"/> for <c>ConnectionStrings:{connectionName}</c>; it connects on first use.</summary>
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
