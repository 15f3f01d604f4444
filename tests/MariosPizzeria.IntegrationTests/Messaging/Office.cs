using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.IntegrationTests.Documents;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Logging;
using MariosPizzeria.ServiceDefaults.Messaging;
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
/// One process with documents and messages, as the product's are. The broker is everybody's: what an office says is marked with its
/// topic, and clerks pass over what is not of theirs.
/// </summary>
public sealed class Office : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _topic;

    private Office(WebApplication app, string topic) => (_app, _topic) = (app, topic);

    /// <summary>Where everything that its clerk is given ends up.</summary>
    public Desk Desk => _app.Services.GetRequiredService<Desk>();

    public IRepository<Parcel> Parcels => _app.Services.GetRequiredService<IRepository<Parcel>>();

    public IOutbox Outbox => _app.Services.GetRequiredService<IOutbox>();

    /// <summary>A process that is put together and not started.</summary>
    public static Office Open(
        string database,
        string broker,
        string topic,
        bool clerk = true,
        HealthStatus whenDown = HealthStatus.Degraded
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
        return new(builder.Build(), topic);
    }

    /// <summary>The queue from which a topic's clerks are fed.</summary>
    public static string QueueOf(string topic) => $"{topic}-clerk";

    /// <summary>What one of its instruments measures from here on.</summary>
    public MetricCollector<T> Measure<T>(string instrument)
        where T : struct => new(_app.Services.GetRequiredService<IMeterFactory>(), PizzeriaMeter.Name, instrument);

    public Task<int> Admin(params string[] command) => _app.RunAsync(command);

    /// <summary>Starts it; its tables were made before.</summary>
    public Task Start() => _app.StartAsync();

    public Task Stop() => _app.StopAsync();

    /// <summary>What <c>/health/ready</c> says of the broker.</summary>
    public async Task<HealthStatus> Broker() =>
        (await _app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "rabbitmq")).Status;

    public Task UntilConnected() => Servers.Eventually.Until("the broker is reached", async () => await Broker() == HealthStatus.Healthy);

    /// <summary>Stores one event for each word, for the relay to bring to the bus.</summary>
    public Task<IReadOnlyList<Event>> Say(params string[] words) => Say(new Cause("test", DateTimeOffset.UnixEpoch), words);

    /// <summary>As above, because of something.</summary>
    public async Task<IReadOnlyList<Event>> Say(Cause cause, params string[] words)
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
        await Store(events);
        return events;
    }

    /// <summary>Stores events with a document of their own.</summary>
    public Task Store(IReadOnlyList<Event> events) =>
        Parcels.Save(Parcel.Sent(Guid.NewGuid().ToString("N"), DateTimeOffset.UnixEpoch), events, handled: null, CancellationToken.None);

    /// <summary>The book in which the clerk writes what he has handled.</summary>
    public async Task<IReadOnlyList<string>> Book() =>
        [.. (await Parcels.Find(Desk.Book, CancellationToken.None))!.Log.Where(line => line.StartsWith(_topic, StringComparison.Ordinal))];

    public async Task OpenBook() =>
        await Parcels.Save(Parcel.Sent(Desk.Book, DateTimeOffset.UnixEpoch), [], handled: null, CancellationToken.None);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>What arrived, and what befalls the clerk over it.</summary>
public sealed class Desk(string topic)
{
    /// <summary>Every delivery, repeated ones too.</summary>
    public ConcurrentQueue<Delivery> Deliveries { get; } = [];

    /// <summary>The document in which what is handled is written; null where nothing need be.</summary>
    public string Book => $"{topic}-book";

    public bool KeepsBook { get; set; }

    /// <summary>Happens on receiving a word.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Happens when it is handled and not yet acknowledged.</summary>
    public Func<string, Task> After { get; set; } = _ => Task.CompletedTask;

    public IEnumerable<string> Words => Deliveries.Select(delivery => delivery.Word);

    /// <summary>The event's word, or null where it is not for this topic.</summary>
    public string? WordOf(KitchenPaused e) =>
        e.Reason!.StartsWith(topic + ":", StringComparison.Ordinal) ? e.Reason[(topic.Length + 1)..] : null;
}

/// <summary>One delivery, as the consumer saw it.</summary>
public sealed record Delivery(string Word, bool Redelivered, string? CorrelationId, string? TraceId);

/// <summary>Consumes the way the product's consumers do.</summary>
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
                await parcels.Update(
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
