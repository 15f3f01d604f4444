using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.IntegrationTests.Documents;
using MariosPizzeria.IntegrationTests.Servers;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>Accepted work is limited by completed work: the accepting process learns how far another process's queue is behind.</summary>
public sealed class BacklogTests
{
    private readonly string _service = "t" + Guid.NewGuid().ToString("N")[..8];
    private readonly Pace _pace = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_queue_that_falls_behind_fills_the_backlog_until_it_has_caught_up_unless_its_pace_is_set_from_outside(bool uncounted)
    {
        await using var consuming = await OpenAsync(consumes: true, uncounted);
        await using var accepting = await OpenAsync(consumes: false, uncounted: false);
        var backlog = accepting.Services.GetRequiredService<OutboxBacklog>();

        await PublishAsync(accepting, 100);
        await Eventually.UntilAsync("all are handled", () => _pace.Handled >= 100);
        await Eventually.UntilAsync("it has room", () => !backlog.IsFull);

        // Sixteen messages run at once: eight rounds of three seconds each.
        _pace.Each = TimeSpan.FromSeconds(3);
        await PublishAsync(accepting, 128);
        if (uncounted)
        {
            await Eventually.UntilAsync("some have waited long", () => _pace.Handled >= 164, TimeSpan.FromSeconds(60));
            backlog.IsFull.ShouldBeFalse();
            return;
        }

        await Eventually.UntilAsync("no more is accepted", () => backlog.IsFull, TimeSpan.FromSeconds(60));
        _pace.Each = TimeSpan.Zero;
        await Eventually.UntilAsync("it has caught up, and says so or is forgotten", () => !backlog.IsFull, TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData(nameof(KitchenPaused), true, true)]
    [InlineData(nameof(KitchenPaused), false, false)]
    [InlineData("OfANewerBuild", true, false)]
    public async Task Old_events_in_the_outbox_fill_the_backlog_while_the_broker_answers(string type, bool brokerIsThere, bool isFull)
    {
        await using var process = await OpenAsync(consumes: false, uncounted: false);
        var backlog = new OutboxBacklog(
            process.Services.GetRequiredService<BacklogOptions>(),
            process.Services.GetRequiredService<QueueBacklog>(),
            TimeProvider.System
        );

        await backlog.MeasureAsync(new Outbox(1, type), brokerIsThere, default);
        backlog.IsFull.ShouldBe(isFull);
        (backlog.Age >= TimeSpan.FromHours(1)).ShouldBe(type == nameof(KitchenPaused), "what only a newer build knows has no age here");
        (backlog.Count, new OutboxBacklog(new(), process.Services.GetRequiredService<QueueBacklog>(), TimeProvider.System).IsFull).ShouldBe(
            (1, false)
        );
    }

    [Fact]
    public async Task Too_many_events_in_the_outbox_fill_the_backlog_also_while_the_broker_is_away()
    {
        await using var process = await OpenAsync(consumes: false, uncounted: false);
        var backlog = new OutboxBacklog(new(), process.Services.GetRequiredService<QueueBacklog>(), TimeProvider.System);

        await backlog.MeasureAsync(new Outbox(OutboxBacklog.Bound, nameof(KitchenPaused)), brokerIsThere: false, default);

        backlog.IsFull.ShouldBeTrue();
    }

    private async Task PublishAsync(WebApplication process, int count)
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
            .SaveAsync(Parcel.Sent(Guid.NewGuid().ToString("N"), DateTimeOffset.UnixEpoch), events, handled: null, default);
    }

    private async Task<WebApplication> OpenAsync(bool consumes, bool uncounted)
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
        await Eventually.UntilAsync(
            "the broker is reached",
            () => process.Services.GetRequiredService<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy
        );
        return process;
    }

    /// <summary>The time that a message takes, and the number of handled messages.</summary>
    public sealed class Pace
    {
        private int _handled;

        public TimeSpan Each { get; set; }

        public int Handled => Volatile.Read(ref _handled);

        public void Count() => Interlocked.Increment(ref _handled);
    }

    /// <summary>Handles each message in the set time.</summary>
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

    /// <summary>An outbox with events of one type, an hour old.</summary>
    private sealed class Outbox(int count, string type) : IOutbox
    {
        public Task<int> BacklogAsync(int limit, CancellationToken cancellationToken) => Task.FromResult(Math.Min(count, limit));

        public Task<DateTimeOffset?> OldestAsync(CancellationToken cancellationToken) =>
            Task.FromResult<DateTimeOffset?>(EventCatalog.Knows(type) ? TimeProvider.System.GetUtcNow().AddHours(-1) : null);

        public Task<int> DrainAsync(
            int limit,
            TimeSpan age,
            Func<IReadOnlyList<OutboxEntry>, CancellationToken, Task> publish,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public Task RemoveAsync(IReadOnlyList<OutboxKey> published, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
