using System.Collections.Concurrent;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.IntegrationTests.Servers;
using MariosPizzeria.ServiceDefaults.Parity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.IntegrationTests.Parity;

/// <summary>The differences between a process's servers and those of production, which the process logs at its start.</summary>
public sealed class ParityTests
{
    private const string Production = """
        { "resources": { "mongo": { "image": "docker.io/library/mongo:8.3" }, "redis": { "image": "docker.io/library/redis:0.1" },
          "rabbitmq": { "image": "docker.io/library/rabbitmq:0.2-management" }, "menu": { "path": "menu.csproj" } } }
        """;

    [Fact]
    public async Task A_process_without_servers_says_which_ones_production_has_and_starts()
    {
        var said = await StartAsync(database: null, redis: null, broker: null, expected: 3);

        said.ShouldContain(line =>
            line.StartsWith("Dev/Prod Parity: the database is in memory", StringComparison.Ordinal)
            && line.EndsWith("production has mongo 8.3", StringComparison.Ordinal)
        );
        said.ShouldContain(line => line.StartsWith("Dev/Prod Parity: no Redis", StringComparison.Ordinal));
        said.ShouldContain(line => line.StartsWith("Dev/Prod Parity: no RabbitMQ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_process_on_real_servers_says_where_their_products_and_versions_differ()
    {
        var said = await StartAsync(
            await SharedServers.NewDatabaseAsync(),
            (await SharedServers.Redis).ConnectionString,
            (await SharedServers.RabbitMq).ConnectionString,
            expected: 3
        );

        said.ShouldContain(line =>
            line.StartsWith("Dev/Prod Parity: the database is postgres 1", StringComparison.Ordinal)
            && line.EndsWith(", production has mongo 8.3", StringComparison.Ordinal)
        );
        said.ShouldContain(line =>
            line.StartsWith("Dev/Prod Parity: the cache is redis ", StringComparison.Ordinal)
            && line.EndsWith(", production has redis 0.1", StringComparison.Ordinal)
        );
        said.ShouldContain(line =>
            line.StartsWith("Dev/Prod Parity: the event bus is rabbitmq ", StringComparison.Ordinal)
            && line.EndsWith(", production has rabbitmq 0.2", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("mongo", "8.3.1", null)]
    [InlineData("mongo", "8.3", null)]
    [InlineData("mongo", "8.30.1", "the database is mongo 8.30.1, production has mongo 8.3")]
    [InlineData("mongo", "7.0.2", "the database is mongo 7.0.2, production has mongo 8.3")]
    [InlineData("postgres", "15.14 (Debian 15.14-1)", "the database is postgres 15.14, production has mongo 8.3")]
    public void Versions_are_compared_as_far_as_productions_is_given(string product, string version, string? difference) =>
        new ProductionServers(Production).Difference("database", product, version, "mongo", "postgres").ShouldBe(difference);

    [Fact]
    public void Productions_servers_are_those_of_the_committed_manifest()
    {
        var production = ProductionServers.OfThisBuild();

        production.Find("mongo", "postgres").ShouldNotBeNull();
        production.Find("redis").ShouldNotBeNull();
        production.Find("rabbitmq").ShouldNotBeNull();
    }

    private static async Task<IReadOnlyCollection<string>> StartAsync(string? database, string? redis, string? broker, int expected)
    {
        var builder = PizzeriaHost.CreateBuilder(
            "test",
            ["--environment", Environments.Development, "--PORT", "0", "--SERVER_HOST", "127.0.0.1", "--Drain:Delay", "0"]
        );
        using var log = new Heard();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Configuration["ConnectionStrings:testdb"] = database;
        builder.Configuration["ConnectionStrings:redis"] = redis;
        builder.Configuration["ConnectionStrings:rabbitmq"] = broker;
        builder.AddDocuments("testdb");
        builder.AddCache("redis");
        builder.AddMessaging("rabbitmq", "test");
        builder.Services.AddSingleton(new ProductionServers(Production));
        await using var app = builder.Build();
        await app.StartAsync();

        await Eventually.UntilAsync($"{expected} warnings are there", () => log.Lines.Count == expected);

        await app.StopAsync();
        return log.Lines;
    }

    /// <summary>Records the log lines about parity.</summary>
    private sealed class Heard : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            var line = formatter(state, exception);
            if (logLevel == LogLevel.Warning && line.Contains("Parity", StringComparison.Ordinal))
            {
                Lines.Enqueue(line);
            }
        }

        public void Dispose() { }
    }
}
