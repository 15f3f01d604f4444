using System.Collections.Concurrent;
using System.Globalization;
using MariosPizzeria.ProcessHost.Servers;
using Npgsql;

namespace MariosPizzeria.IntegrationTests.Servers;

/// <summary>
/// The servers that all tests of a run share, each started when the first test asks for it. A test has its own database, key
/// prefix or queues on them; one that harms a server starts its own.
/// </summary>
internal static class SharedServers
{
    private static readonly Lazy<Task<PostgresServer>> LazyPostgres = new(StartPostgres);
    private static readonly Lazy<Task<RedisServer>> LazyRedis = new(() => RedisServer.StartAsync(new(), CancellationToken.None));
    private static readonly Lazy<Task<RabbitMqServer>> LazyRabbitMq = new(() => RabbitMqServer.StartAsync(new(), CancellationToken.None));
    private static readonly ConcurrentBag<Func<Task>> Stops = [];
    private static int _made;

    public static Task<PostgresServer> Postgres => LazyPostgres.Value;

    public static Task<RedisServer> Redis => LazyRedis.Value;

    public static Task<RabbitMqServer> RabbitMq => LazyRabbitMq.Value;

    /// <summary>An empty database of the caller's own; its connection string.</summary>
    public static async Task<string> NewDatabase()
    {
        var name = await Make("database");
        return (await Postgres).ConnectionString(name);
    }

    /// <summary>
    /// What a test takes for an empty database of its own and is made thirty times as fast: a schema in which its connections find
    /// and make their tables.
    /// </summary>
    public static async Task<string> NewSchema()
    {
        var name = await Make("schema");
        return $"{(await Postgres).ConnectionString("postgres")};Search Path={name}";
    }

    private static async Task<string> Make(string what)
    {
        var server = await Postgres;
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _made)}");
        await using var connection = new NpgsqlConnection(server.ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create {what} {name}", connection);
        await command.ExecuteNonQueryAsync();
        return name;
    }

    private static async Task<PostgresServer> StartPostgres()
    {
        var server = await PostgresServer.StartAsync(new(), CancellationToken.None);

        // Nobody pulls this server's plug, and a database for every test is many writes to wait for.
        await using var connection = new NpgsqlConnection(server.ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var set = new NpgsqlCommand("alter system set fsync = off", connection);
        await set.ExecuteNonQueryAsync();
        await using var reload = new NpgsqlCommand("select pg_reload_conf()", connection);
        await reload.ExecuteNonQueryAsync();
        return server;
    }

    /// <summary>Has something stopped with the others when the last test is over.</summary>
    public static void AtTheEnd(Func<Task> stop) => Stops.Add(stop);

    /// <summary>Stops those that were started.</summary>
    public static async Task Stop()
    {
        NpgsqlConnection.ClearAllPools();
        await Task.WhenAll([Dispose(LazyPostgres), Dispose(LazyRedis), Dispose(LazyRabbitMq), .. Stops.Select(stop => stop())]);

        static async Task Dispose<TServer>(Lazy<Task<TServer>> server)
            where TServer : IAsyncDisposable
        {
            if (server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            {
                await (await server.Value).DisposeAsync();
            }
        }
    }
}
