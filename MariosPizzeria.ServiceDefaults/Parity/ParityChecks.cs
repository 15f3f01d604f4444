using System.Text;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Documents;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;

namespace MariosPizzeria.ServiceDefaults.Parity;

/// <summary>The database: none, another product, or another version.</summary>
internal sealed class DatabaseParity(IDocumentDatabase database) : IParityCheck
{
    // As their images are called.
    private static readonly string[] Databases = ["mongo", "postgres"];

    public async Task<string?> Difference(ProductionServers production, CancellationToken cancellationToken)
    {
        if (database.Kind == "memory")
        {
            var server = production.Find(Databases);
            return $"the database is in memory and ends with the process, production's is {server?.Product} {server?.Version}";
        }

        return await database.Version(cancellationToken) is { } version
            ? production.Difference("database", database.Kind == "mongodb" ? "mongo" : database.Kind, version, Databases)
            : null;
    }
}

/// <summary>The cache: none, or another version of Redis.</summary>
internal sealed class CacheParity(IServiceProvider provider) : IParityCheck
{
    private const string VersionField = "redis_version:";

    public async Task<string?> Difference(ProductionServers production, CancellationToken cancellationToken)
    {
        if (provider.GetService<RedisConnection>() is not { } connection)
        {
            var server = production.Find("redis");
            return $"no Redis: cache and sessions are in memory and no other process sees them, production's is {server?.Product} {server?.Version}";
        }

        var redis = await connection.Get();
        // Not the client's own INFO, which wants a connection with more rights than a process has.
        var info = (string?)await redis.GetDatabase().ExecuteAsync("INFO", "server") ?? "";
        var version = info.Split('\n').FirstOrDefault(line => line.StartsWith(VersionField, StringComparison.Ordinal));
        return version is null ? null : production.Difference("cache", "redis", version[VersionField.Length..]);
    }
}

/// <summary>The event bus: none, or another version of RabbitMQ.</summary>
/// <param name="broker">Where it is; null where there is none.</param>
internal sealed class BrokerParity(Uri? broker) : IParityCheck
{
    public async Task<string?> Difference(ProductionServers production, CancellationToken cancellationToken)
    {
        if (broker is null)
        {
            var server = production.Find("rabbitmq");
            return $"no RabbitMQ: events stay within this process, production's is {server?.Product} {server?.Version}";
        }

        // The broker says its version when one connects, and MassTransit's connection does not pass it on.
        var factory = new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false };
        await using var connection = await factory.CreateConnectionAsync("parity", cancellationToken);
        var version = connection.ServerProperties?.TryGetValue("version", out var value) == true ? value as byte[] : null;
        await connection.CloseAsync(cancellationToken);
        return version is null ? null : production.Difference("event bus", "rabbitmq", Encoding.UTF8.GetString(version));
    }
}
