using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.IntegrationTests.Documents;
using MariosPizzeria.ServiceDefaults.Logging;
using MariosPizzeria.ServiceDefaults.Telemetry;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>
/// One process with documents and messages, built as the product's are. All tests share the broker: an office marks its events with its
/// topic, and clerks ignore events of other topics.
/// </summary>
public sealed class Office : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _topic;

    private Office(WebApplication app, string topic) => (_app, _topic) = (app, topic);

    /// <summary>Records the deliveries to the office's clerk.</summary>
    public Desk Desk => _app.Services.GetRequiredService<Desk>();

    public IRepository<Parcel> Parcels => _app.Services.GetRequiredService<IRepository<Parcel>>();

    public IOutbox Outbox => _app.Services.GetRequiredService<IOutbox>();

    /// <summary>Builds a process without starting it.</summary>
    public static Office Open(
        string database,
        string broker,
        string topic,
        bool clerk = true,
        HealthStatus whenDown = HealthStatus.Degraded,
        string? retires = null
    )
    {
        var builder = PizzeriaHost.CreateBuilder(
            "test",
            ["--environment", Environments.Development, "--PORT=0", "--SERVER_HOST=127.0.0.1", "--Drain:Delay=0"]
        );
        builder.Logging.ClearProviders();
        builder.Configuration["ConnectionStrings:testdb"] = database;
        builder.Configuration["ConnectionStrings:rabbitmq"] = broker;
        builder.AddDocuments("testdb");
        builder.AddMessaging("rabbitmq", topic, clerk ? bus => bus.AddConsumer<Clerk>() : null, whenDown);
        builder.Services.AddDocumentType(Documents.Parcels.Type);
        builder.Services.AddSingleton(new Desk(topic));
        if (retires is not null)
        {
            builder.Services.AddSingleton(new RetiredQueue(retires));
        }

        return new(builder.Build(), topic);
    }

    /// <summary>The queue of a topic's clerks.</summary>
    public static string QueueOf(string topic) => $"{topic}-clerk";

    /// <summary>Collects the measurements of an instrument, from this call on.</summary>
    public MetricCollector<T> Measure<T>(string instrument)
        where T : struct => new(_app.Services.GetRequiredService<IMeterFactory>(), PizzeriaMeter.Name, instrument);

    public Task<int> AdminAsync(params string[] command) => _app.RunAsync(command);

    /// <summary>Starts the process; its tables must exist.</summary>
    public Task StartAsync() => _app.StartAsync();

    public Task StopAsync() => _app.StopAsync();

    /// <summary>Returns the broker's status in <c>/health/ready</c>.</summary>
    public async Task<HealthStatus> BrokerAsync() =>
        (await _app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "rabbitmq")).Status;

    public Task UntilConnectedAsync() =>
        Servers.Eventually.UntilAsync("the broker is reached", async () => await BrokerAsync() == HealthStatus.Healthy);

    /// <summary>Stores one event for each word; the relay publishes them.</summary>
    public Task<IReadOnlyList<Event>> SayAsync(params string[] words) => SayAsync(new Cause("test", DateTimeOffset.UnixEpoch), words);

    /// <summary>Stores one event for each word, with a cause.</summary>
    public async Task<IReadOnlyList<Event>> SayAsync(Cause cause, params string[] words)
    {
        Event[] events =
        [
            .. words.Select(word =>
                new KitchenPaused
                {
                    Paused = true,
                    Reason = $"{_topic}:{word}",
                    KitchenVersion = 1,
                }.Because(cause)
            ),
        ];
        await StoreAsync(events);
        return events;
    }

    /// <summary>Stores events with a new document.</summary>
    public Task StoreAsync(IReadOnlyList<Event> events) =>
        Parcels.SaveAsync(
            Parcel.Sent(Guid.NewGuid().ToString("N"), DateTimeOffset.UnixEpoch),
            events,
            handled: null,
            CancellationToken.None
        );

    /// <summary>Returns the entries that the clerk has stored for handled events of this topic.</summary>
    public async Task<IReadOnlyList<string>> BookAsync() =>
        [
            .. (await Parcels.FindAsync(Desk.Book, CancellationToken.None))!.Log.Where(line =>
                line.StartsWith(_topic, StringComparison.Ordinal)
            ),
        ];

    public async Task OpenBookAsync() =>
        await Parcels.SaveAsync(Parcel.Sent(Desk.Book, DateTimeOffset.UnixEpoch), [], handled: null, CancellationToken.None);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>Records the deliveries to a clerk, and runs the test's code around its work.</summary>
public sealed class Desk(string topic)
{
    /// <summary>All deliveries, including redeliveries.</summary>
    public ConcurrentQueue<Delivery> Deliveries { get; } = [];

    /// <summary>The id of the document in which the clerk records handled events if <see cref="KeepsBook"/> is set.</summary>
    public string Book => $"{topic}-book";

    public bool KeepsBook { get; set; }

    /// <summary>Runs when a word is received.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Runs after the word is handled, before it is acknowledged.</summary>
    public Func<string, Task> After { get; set; } = _ => Task.CompletedTask;

    public IEnumerable<string> Words => Deliveries.Select(delivery => delivery.Word);

    /// <summary>Returns the event's word; null if the event is of another topic.</summary>
    public string? WordOf(KitchenPaused e) =>
        e.Reason!.StartsWith(topic + ":", StringComparison.Ordinal) ? e.Reason[(topic.Length + 1)..] : null;
}

/// <summary>One delivery, as the consumer saw it.</summary>
public sealed record Delivery(string Word, bool Redelivered, string? CorrelationId, string? TraceId);

/// <summary>Consumes events as the product's consumers do.</summary>
[ConsumerNames(queue: "clerk", inboxKey: "Clerk")]
public sealed class Clerk(Desk desk, IRepository<Parcel> parcels) : IConsumer<KitchenPaused>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<KitchenPaused> context)
    {
        if (desk.WordOf(context.Message) is not { } word)
        {
            return;
        }

        desk.Deliveries.Enqueue(new(word, context.ReceiveContext.Redelivered, Correlation.Id, Activity.Current?.TraceId.ToHexString()));
        await desk.Before(word);
        if (desk.KeepsBook)
        {
            (
                await parcels.UpdateAsync(
                    desk.Book,
                    book =>
                    {
                        book.Scan(context.Message.Reason!);
                        return true;
                    },
                    context.Handled(this),
                    context.CancellationToken
                )
            ).OrThrow();
        }

        await desk.After(word);
    }
}
