using System.Text;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.ServiceDefaults.Parity;
using RabbitMQ.Client;

namespace MariosPizzeria.BuildingBlocks.Parity;

/// <summary>Reports a database that is in memory, another product, or another version.</summary>
internal sealed class DatabaseParityCheck(IDocumentDatabase database) : IParityCheck
{
    // The names of their images.
    private static readonly string[] Databases = ["mongo", "postgres"];

    public async Task<string?> DifferenceAsync(ProductionServers production, CancellationToken cancellationToken)
    {
        if (database.Kind == "memory")
        {
            var server = production.Find(Databases);
            return $"the database is in memory and is lost when the process ends, production has {server?.Product} {server?.Version}";
        }

        return await database.VersionAsync(cancellationToken) is { } version
            ? production.Difference("database", database.Kind == "mongodb" ? "mongo" : database.Kind, version, Databases)
            : null;
    }
}

/// <summary>Reports a cache without Redis, or with another version of it.</summary>
internal sealed class CacheParityCheck(IServiceProvider provider) : IParityCheck
{
    private const string VersionField = "redis_version:";

    public async Task<string?> DifferenceAsync(ProductionServers production, CancellationToken cancellationToken)
    {
        if (provider.GetService<RedisConnection>() is not { } connection)
        {
            var server = production.Find("redis");
            return $"no Redis: cache and sessions are in memory and not shared between processes, production has {server?.Product} {server?.Version}";
        }

        var redis = await connection.GetAsync();
        // Not the client's own INFO, which requires a connection with more rights than a process has.
        var info = (string?)await redis.GetDatabase().ExecuteAsync("INFO", "server") ?? "";
        var version = info.Split('\n').FirstOrDefault(line => line.StartsWith(VersionField, StringComparison.Ordinal));
        return version is null ? null : production.Difference("cache", "redis", version[VersionField.Length..]);
    }
}

/// <summary>Reports an event bus without RabbitMQ, or with another version of it.</summary>
/// <param name="broker">The broker's address; null if there is none.</param>
internal sealed class BrokerParityCheck(Uri? broker) : IParityCheck
{
    public async Task<string?> DifferenceAsync(ProductionServers production, CancellationToken cancellationToken)
    {
        if (broker is null)
        {
            var server = production.Find("rabbitmq");
            return $"no RabbitMQ: events stay within this process, production has {server?.Product} {server?.Version}";
        }

        // The broker reports its version when a client connects, and MassTransit's connection does not expose it.
        var factory = new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false };
        await using var connection = await factory.CreateConnectionAsync("parity", cancellationToken);
        var version = connection.ServerProperties?.TryGetValue("version", out var value) == true ? value as byte[] : null;
        await connection.CloseAsync(cancellationToken);
        return version is null ? null : production.Difference("event bus", "rabbitmq", Encoding.UTF8.GetString(version));
    }
}
