using System.Collections.Concurrent;
using System.Globalization;
using MariosPizzeria.ProcessHost.Servers;
using Npgsql;

namespace MariosPizzeria.IntegrationTests.Servers;

/// <summary>
/// The servers that all tests of a run share, each started when the first test needs it. A test has its own database, key prefix or
/// queues on them; a test that harms a server starts its own.
/// </summary>
internal static class SharedServers
{
    private static readonly Lazy<Task<PostgresServer>> LazyPostgres = new(StartPostgresAsync);
    private static readonly Lazy<Task<RedisServer>> LazyRedis = new(() => new RedisServer(new()).StartedAsync(CancellationToken.None));
    private static readonly Lazy<Task<RabbitMqServer>> LazyRabbitMq = new(() =>
        new RabbitMqServer(new()).StartedAsync(CancellationToken.None)
    );
    private static readonly ConcurrentBag<Func<Task>> Stops = [];
    private static int _made;

    public static Task<PostgresServer> Postgres => LazyPostgres.Value;

    public static Task<RedisServer> Redis => LazyRedis.Value;

    public static Task<RabbitMqServer> RabbitMq => LazyRabbitMq.Value;

    /// <summary>Creates an empty database for the caller and returns its connection string.</summary>
    public static async Task<string> NewDatabaseAsync()
    {
        var name = await MakeAsync("database");
        return (await Postgres).ConnectionString(name);
    }

    /// <summary>
    /// Creates a schema that a test uses like its own empty database, thirty times as fast as a database: its connections find and create
    /// their tables in it.
    /// </summary>
    public static async Task<string> NewSchemaAsync()
    {
        var name = await MakeAsync("schema");
        return $"{(await Postgres).ConnectionString("postgres")};Search Path={name}";
    }

    private static async Task<string> MakeAsync(string what)
    {
        var server = await Postgres;
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _made)}");
        await using var connection = new NpgsqlConnection(server.ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create {what} {name}", connection);
        await command.ExecuteNonQueryAsync();
        return name;
    }

    private static async Task<PostgresServer> StartPostgresAsync()
    {
        var server = await new PostgresServer(new()).StartedAsync(CancellationToken.None);

        // This server need not survive a power failure, and a database for every test takes many synchronous writes.
        await using var connection = new NpgsqlConnection(server.ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var set = new NpgsqlCommand("alter system set fsync = off", connection);
        await set.ExecuteNonQueryAsync();
        await using var reload = new NpgsqlCommand("select pg_reload_conf()", connection);
        await reload.ExecuteNonQueryAsync();
        return server;
    }

    /// <summary>Registers a callback that runs with the stop of the servers, after the last test.</summary>
    public static void AtTheEnd(Func<Task> stop) => Stops.Add(stop);

    /// <summary>Stops the servers that were started.</summary>
    public static async Task StopAsync()
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
