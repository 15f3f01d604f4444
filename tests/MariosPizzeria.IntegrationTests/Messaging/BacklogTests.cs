using MariosPizzeria.Contracts.V1;
using MariosPizzeria.IntegrationTests.Documents;
using MariosPizzeria.IntegrationTests.Servers;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>Accepting is bounded by completing: who accepts hears how far another process's queue is behind.</summary>
public sealed class BacklogTests
{
    private readonly string _service = "t" + Guid.NewGuid().ToString("N")[..8];
    private readonly Pace _pace = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_queue_that_falls_behind_fills_the_backlog_until_it_has_caught_up_unless_its_pace_is_set_from_outside(bool uncounted)
    {
        await using var consuming = await Open(consumes: true, uncounted);
        await using var accepting = await Open(consumes: false, uncounted: false);
        var backlog = accepting.Services.GetRequiredService<OutboxBacklog>();

        await Publish(accepting, 100);
        await Eventually.Until("all are handled", () => _pace.Handled >= 100);
        backlog.IsFull.ShouldBeFalse("it keeps up");

        // Sixteen at once: three seconds of work for each of eight rounds.
        _pace.Each = TimeSpan.FromSeconds(3);
        await Publish(accepting, 128);
        if (uncounted)
        {
            await Eventually.Until("some have waited long", () => _pace.Handled >= 164, TimeSpan.FromSeconds(60));
            backlog.IsFull.ShouldBeFalse();
            return;
        }

        await Eventually.Until("no more is accepted", () => backlog.IsFull, TimeSpan.FromSeconds(60));
        _pace.Each = TimeSpan.Zero;
        await Eventually.Until("it has caught up, and says so or is forgotten", () => !backlog.IsFull, TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData(nameof(KitchenPaused), true, true)]
    [InlineData(nameof(KitchenPaused), false, false)]
    [InlineData("OfANewerBuild", true, false)]
    public async Task Old_events_in_the_outbox_fill_the_backlog_while_the_broker_answers(string type, bool brokerIsThere, bool isFull)
    {
        await using var process = await Open(consumes: false, uncounted: false);
        var backlog = new OutboxBacklog(
            process.Services.GetRequiredService<BacklogOptions>(),
            process.Services.GetRequiredService<QueueBacklog>(),
            TimeProvider.System
        );

        await backlog.Measure(new Outbox(1), new Store(type), brokerIsThere, default);
        backlog.IsFull.ShouldBe(isFull);
        (backlog.Age >= TimeSpan.FromHours(1)).ShouldBe(type == nameof(KitchenPaused), "what only a newer build knows has no age here");
        (backlog.Count, new OutboxBacklog(new(), process.Services.GetRequiredService<QueueBacklog>(), TimeProvider.System).IsFull).ShouldBe(
            (1, false)
        );
    }

    [Fact]
    public async Task Too_many_events_in_the_outbox_fill_the_backlog_also_while_the_broker_is_away()
    {
        await using var process = await Open(consumes: false, uncounted: false);
        var backlog = new OutboxBacklog(new(), process.Services.GetRequiredService<QueueBacklog>(), TimeProvider.System);

        await backlog.Measure(new Outbox(OutboxBacklog.Bound), new Store(nameof(KitchenPaused)), brokerIsThere: false, default);

        backlog.IsFull.ShouldBeTrue();
    }

    private async Task Publish(WebApplication process, int count)
    {
        Event[] events =
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => new KitchenPaused
                {
                    Paused = true,
                    Reason = _service,
                    KitchenVersion = 1,
                }),
        ];
        await process
            .Services.GetRequiredService<IRepository<Parcel>>()
            .Save(Parcel.Sent(Guid.NewGuid().ToString("N"), DateTimeOffset.UnixEpoch), events, handled: null, default);
    }

    private async Task<WebApplication> Open(bool consumes, bool uncounted)
    {
        var builder = PizzeriaHost.CreateBuilder(
            "test",
            ["--environment", Environments.Development, "--PORT=0", "--SERVER_HOST=127.0.0.1", "--Drain:Delay=0"]
        );
        builder.Logging.ClearProviders();
        builder.Configuration["ConnectionStrings:rabbitmq"] = (await SharedServers.RabbitMq).ConnectionString;
        builder.Configuration["ConnectionStrings:redis"] = (await SharedServers.Redis).ConnectionString;
        builder.Configuration["Backlog:MostAge"] = "2";
        builder.AddDocuments("testdb");
        builder.AddCache("redis");
        builder.AddMessaging(
            "rabbitmq",
            _service,
            consumes ? bus => bus.AddConsumer<Worker>() : null,
            uncounted: uncounted ? [$"{_service}-worker"] : []
        );
        builder.Services.AddDocumentType(Parcels.Type);
        builder.Services.AddSingleton(_pace);
        builder.Services.AddKeyedSingleton("service", _service);
        var process = builder.Build();
        await process.StartAsync();
        await Eventually.Until(
            "the broker is reached",
            () => process.Services.GetRequiredService<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy
        );
        return process;
    }

    /// <summary>How long a message takes.</summary>
    public sealed class Pace
    {
        private int _handled;

        public TimeSpan Each { get; set; }

        public int Handled => Volatile.Read(ref _handled);

        public void Count() => Interlocked.Increment(ref _handled);
    }

    /// <summary>Takes its time.</summary>
    public sealed class Worker(Pace pace, [FromKeyedServices("service")] string service) : IConsumer<KitchenPaused>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<KitchenPaused> context)
        {
            if (context.Message.Reason == service)
            {
                await Task.Delay(pace.Each);
                pace.Count();
            }
        }
    }

    private sealed class Outbox(int count) : IOutbox
    {
        public Task<int> Backlog(int limit, CancellationToken cancellationToken) => Task.FromResult(Math.Min(count, limit));

        public Task<int> Drain(
            int limit,
            Func<IReadOnlyList<OutboxEntry>, CancellationToken, Task> publish,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();
    }

    /// <summary>One event waits in it, since an hour ago.</summary>
    private sealed class Store(string type) : IDocumentDatabase
    {
        private readonly DateTimeOffset _since = TimeProvider.System.GetUtcNow().AddHours(-1);

        public string Kind => "test";

        public Task Migrate(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task Ping(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<int> ForgetHandled(DateTimeOffset before, int limit, CancellationToken cancellationToken) => Task.FromResult(0);

        public Task<IReadOnlyList<HandledEntry>> Handled(string collection, string id, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<HandledEntry>>([]);

        public Task<IReadOnlyList<WaitingEntry>> Waiting(
            string? about,
            DateTimeOffset? before,
            int limit,
            CancellationToken cancellationToken
        ) => Task.FromResult<IReadOnlyList<WaitingEntry>>(before is null || _since < before ? [new(Guid.NewGuid(), type, _since)] : []);
    }
}
