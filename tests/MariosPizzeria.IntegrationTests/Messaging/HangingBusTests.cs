using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.IntegrationTests.Servers;
using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>A bus that hangs for ever, because its connection broke at the wrong moment, does not block a process for ever.</summary>
public sealed class HangingBusTests
{
    private static readonly TimeSpan AlmostTheTimeout = BusWatchdog.Timeout - TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_process_whose_bus_does_not_connect_for_a_minute_though_the_broker_answers_ends_with_an_error()
    {
        var (bus, clock) = (new Bus { IsBrokerThere = true }, new Clock());
        using var lifetime = new Lifetime();
        using var watchdog = Watchdog(bus, clock, lifetime);
        await watchdog.StartAsync(default);
        await bus.UntilLookedAtAsync();

        clock.Advance(AlmostTheTimeout);
        await bus.UntilLookedAtAsync();
        lifetime.IsStopped.ShouldBeFalse();

        clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.UntilAsync("the process ends", () => lifetime.IsStopped);
        Environment.ExitCode.ShouldBe(1);
        Environment.ExitCode = 0;
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_broker_that_is_away_and_a_bus_that_connects_meanwhile_end_no_process(bool isBrokerThere, bool isConnected)
    {
        var (bus, clock) = (new Bus { IsBrokerThere = true }, new Clock());
        using var lifetime = new Lifetime();
        using var watchdog = Watchdog(bus, clock, lifetime);
        await watchdog.StartAsync(default);
        await bus.UntilLookedAtAsync();

        clock.Advance(AlmostTheTimeout);
        (bus.IsBrokerThere, bus.IsConnected) = (isBrokerThere, isConnected);
        await bus.UntilLookedAtAsync();
        (bus.IsBrokerThere, bus.IsConnected) = (true, false);
        await bus.UntilLookedAtAsync();
        clock.Advance(AlmostTheTimeout);
        await bus.UntilLookedAtAsync();

        lifetime.IsStopped.ShouldBeFalse();
        await watchdog.StopAsync(default);
    }

    [Fact]
    public async Task A_bus_that_is_not_connected_when_the_process_stops_is_not_waited_for_long()
    {
        var bus = new Bus { IsConnected = true };
        using var lifetime = new Lifetime();
        var host = Options.Create(new MassTransitHostOptions { StopTimeout = TimeSpan.FromSeconds(30) });
        using var watchdog = Watchdog(bus, new Clock(), lifetime, host);
        await watchdog.StartAsync(default);
        await bus.UntilLookedAtAsync();

        bus.IsConnected = false;
        lifetime.StopApplication();

        host.Value.StopTimeout!.Value.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        await watchdog.StopAsync(default);
    }

    [Fact]
    public async Task A_publication_that_hangs_for_ever_is_given_up_and_its_events_are_published_again()
    {
        var (outbox, publisher) = (new Outbox(), new HangingPublisher());
        var clock = new Clock { IsRunning = true };
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var queues = new QueueBacklog(cache: null, new(), new HashSet<string>(), NullLogger<QueueBacklog>.Instance);
        using var relay = new OutboxRelay(
            outbox,
            publisher,
            new(clock),
            new(new(), queues, clock),
            new(services.GetRequiredService<IMeterFactory>()),
            clock,
            NullLogger<OutboxRelay>.Instance
        );
        await relay.StartAsync(default);

        await Eventually.UntilAsync("the event is published again", () => publisher.Attempts >= 2 && outbox.IsPublished);
        await relay.StopAsync(default);
    }

    [Fact]
    public async Task An_endpoint_declares_one_thing_after_the_other()
    {
        var context = DispatchProxy.Create<ChannelContext, Channel>();
        var channel = (Channel)(object)context;
        var declaring = Pipe.New<ChannelContext>(builder =>
        {
            builder.UseFilter(new SequentialDeclarations());
            builder.UseExecuteAsync(declared =>
                Task.WhenAll(
                    declared.QueueDeclare("queue", true, false, false, new Dictionary<string, object>(), default),
                    declared.ExchangeDeclare("one", "fanout", true, false, new Dictionary<string, object>(), default),
                    declared.ExchangeDeclare("two", "fanout", true, false, new Dictionary<string, object>(), default),
                    declared.ExchangeBind("two", "one", "", new Dictionary<string, object>(), default),
                    declared.QueueBind("queue", "one", "", new Dictionary<string, object>(), default)
                )
            );
        });

        await declaring.Send(context);

        channel.Calls.ShouldBe(["QueueDeclare", "ExchangeDeclare", "ExchangeDeclare", "ExchangeBind", "QueueBind"]);
        channel.MostAtOnce.ShouldBe(1);
    }

    private static BusWatchdog Watchdog(Bus bus, Clock clock, Lifetime lifetime, IOptions<MassTransitHostOptions>? host = null) =>
        new(
            () => bus.LookAtBroker(),
            () => bus.IsConnected,
            lifetime,
            host ?? Options.Create(new MassTransitHostOptions()),
            clock,
            NullLogger<BusWatchdog>.Instance
        );

    private sealed class Bus
    {
        private int _looks;

        public bool IsBrokerThere { get; set; }

        public bool IsConnected { get; set; }

        public bool LookAtBroker()
        {
            Interlocked.Increment(ref _looks);
            return IsBrokerThere;
        }

        /// <summary>Waits until a poll of the broker that began after this call has ended.</summary>
        public async Task UntilLookedAtAsync()
        {
            var looks = _looks;
            await Eventually.UntilAsync("the watchdog has looked", () => _looks >= looks + 2);
        }
    }

    /// <summary>A clock whose timers are faster than real time. Its timestamps run as fast, or change only by <c>Advance</c>.</summary>
    private sealed class Clock : TimeProvider
    {
        private const int Hurry = 20;

        private long _now;

        public bool IsRunning { get; init; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => IsRunning ? System.GetElapsedTime(0).Ticks * Hurry : _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / Hurry : dueTime, period);
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public bool IsStopped => _stopping.IsCancellationRequested;

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }

    /// <summary>An outbox that holds one event until it is published.</summary>
    private sealed class Outbox : IOutbox
    {
        private static readonly string Body = JsonSerializer.Serialize(
            new KitchenPaused { Paused = true, KitchenVersion = 1 },
            PizzeriaJson.Options
        );

        public bool IsPublished { get; private set; }

        public async Task<int> DrainAsync(
            int limit,
            TimeSpan age,
            Func<IReadOnlyList<OutboxEntry>, CancellationToken, Task> publish,
            CancellationToken cancellationToken
        )
        {
            if (IsPublished)
            {
                return 0;
            }

            await publish([new(Guid.NewGuid(), nameof(KitchenPaused), Body, TraceParent: null)], cancellationToken);
            IsPublished = true;
            return 1;
        }

        public Task RemoveAsync(IReadOnlyList<OutboxKey> published, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<int> BacklogAsync(int limit, CancellationToken cancellationToken) => Task.FromResult(IsPublished ? 0 : 1);

        public Task<DateTimeOffset?> OldestAsync(CancellationToken cancellationToken) => Task.FromResult<DateTimeOffset?>(null);
    }

    /// <summary>A publisher whose first publication never completes, even if it is cancelled.</summary>
    private sealed class HangingPublisher : IEventPublisher
    {
        private int _attempts;

        public int Attempts => _attempts;

        public bool IsReachable => true;

        public Task PublishAsync(Event message, string? traceParent, CancellationToken cancellationToken) =>
            Interlocked.Increment(ref _attempts) == 1 ? new TaskCompletionSource().Task : Task.CompletedTask;
    }

    /// <summary>A channel whose calls complete asynchronously.</summary>
    public class Channel : DispatchProxy
    {
        private int _running;

        public ConcurrentQueue<string> Calls { get; } = [];

        public int MostAtOnce { get; private set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.ReturnType == typeof(Task) ? CallAsync(targetMethod.Name)
            : targetMethod.ReturnType == typeof(Task<RabbitMQ.Client.QueueDeclareOk>) ? DeclareAsync(targetMethod.Name)
            : targetMethod.ReturnType == typeof(CancellationToken) ? CancellationToken.None
            : null;

        private async Task CallAsync(string name)
        {
            Calls.Enqueue(name);
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _running));
            await Task.Yield();
            Interlocked.Decrement(ref _running);
        }

        private async Task<RabbitMQ.Client.QueueDeclareOk> DeclareAsync(string name)
        {
            await CallAsync(name);
            return new("queue", 0, 0);
        }
    }
}
