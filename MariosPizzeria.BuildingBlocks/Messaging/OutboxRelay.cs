using OpenTelemetry;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>
/// Publishes stored events to the bus: events of this process from memory, immediately after their commit, and by a sweep the events that
/// failed or that a crashed process left in the database. Only the relay publishes events; all other code stores them together with its
/// changes.
/// </summary>
internal sealed partial class OutboxRelay(
    IOutbox outbox,
    IEventPublisher publisher,
    CommittedEventQueue signal,
    OutboxBacklog backlog,
    MessagingMetrics metrics,
    TimeProvider time,
    ILogger<OutboxRelay> logger
) : BackgroundService
{
    private const int Batch = 200;

    // An event is published by its own process up to the first age, and by a sweep of any process above the second: never by both, as long
    // as the clocks of process and database run equally fast.
    private static readonly TimeSpan OwnEventsGracePeriod = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SweepAge = TimeSpan.FromSeconds(5);

    // An event that another process left is noticed before it is old enough for a sweep, so the longer interval delays none.
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan IdleSweepInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RemovalDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ConfirmTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(5);

    // Published, but still in the database.
    private readonly List<OutboxKey> _published = [];
    private long _oldestPublishedAt;
    private long? _sweptAt;

    private TimeSpan UntilSweep => backlog.Count > 0 ? SweepInterval : IdleSweepInterval;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.Zero;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await signal.WaitAsync(_published.Count > 0 ? RemovalDelay : UntilSweep, stoppingToken);
                await RelayAsync(stoppingToken);
                pause = TimeSpan.Zero;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(logger, e);
                pause = TimeSpan.FromMilliseconds(Math.Min(Math.Max(pause.TotalMilliseconds * 2, 100), MaxBackoff.TotalMilliseconds));
                await Task.Delay(pause, time, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Publishes once more after the loop has ended: the last requests are over, and their events are still stored.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            using var untraced = SuppressInstrumentationScope.Begin();
            while (await PublishOwnAsync() > 0)
            {
                // There may be more.
            }

            await RemovePublishedAsync();
        }
        catch (Exception e)
        {
            LogFailed(logger, e);
        }
    }

    private async Task RelayAsync(CancellationToken stop)
    {
        // The relay polls; as traces these queries would hide those of real requests.
        using var untraced = SuppressInstrumentationScope.Begin();
        while (await PublishOwnAsync() > 0 && !stop.IsCancellationRequested)
        {
            if (_published.Count >= Batch)
            {
                await RemovePublishedAsync();
            }

            // If orders are accepted faster than events are published, this loop does not end, and then the bound matters.
            await MeasureAsync(stop);
        }

        if (_published.Count > 0 && time.GetElapsedTime(_oldestPublishedAt) >= RemovalDelay)
        {
            await RemovePublishedAsync();
        }

        if (_sweptAt is { } before && time.GetElapsedTime(before) < UntilSweep)
        {
            return;
        }

        _sweptAt = time.GetTimestamp();
        while (
            await MeasureAsync(stop)
            && backlog.Count > 0
            && !stop.IsCancellationRequested
            && publisher.IsReachable
            // A started batch is always finished; if it were cancelled, its events would be published twice. It has its own timeout.
            && await outbox.DrainAsync(Batch, SweepAge, PublishStoredAsync, CancellationToken.None) == Batch
        )
        {
            // There may be more.
        }
    }

    // Before each batch; a measurement less than a second old is recent enough.
    private async Task<bool> MeasureAsync(CancellationToken stop)
    {
        if (await backlog.MeasureAsync(outbox, publisher.IsReachable, stop))
        {
            metrics.OutboxMeasured(backlog.Count, backlog.Age);
        }

        return true;
    }

    // Events that cannot be published now, or fail, stay stored: a sweep finds them.
    private async Task<int> PublishOwnAsync()
    {
        var taken = signal.Dequeue(Batch);
        var own = publisher.IsReachable ? taken.Where(each => time.GetElapsedTime(each.CommittedAt) < OwnEventsGracePeriod).ToList() : [];
        if (own.Count > 0)
        {
            await PublishConfirmedAsync(
                own,
                (each, timeout) => publisher.PublishAsync(each.Event, each.TraceParent, timeout),
                CancellationToken.None
            );
            if (_published.Count == 0)
            {
                _oldestPublishedAt = time.GetTimestamp();
            }

            _published.AddRange(own.Select(each => each.Key));
        }

        return taken.Count;
    }

    private async Task RemovePublishedAsync()
    {
        if (_published.Count > 0)
        {
            await outbox.RemoveAsync(_published, CancellationToken.None);
            _published.Clear();
        }
    }

    private Task PublishStoredAsync(IReadOnlyList<OutboxEntry> entries, CancellationToken cancellationToken) =>
        PublishConfirmedAsync(
            entries,
            (entry, timeout) => publisher.PublishAsync(Read(entry), entry.TraceParent, timeout),
            cancellationToken
        );

    // Each task ends with the broker's confirm: the message is on disk there before it is removed here. A task can hang forever if its
    // connection broke at the wrong moment (rabbitmq/rabbitmq-dotnet-client#1976); it is abandoned after the timeout.
    private async Task PublishConfirmedAsync<T>(
        IReadOnlyList<T> events,
        Func<T, CancellationToken, Task> publish,
        CancellationToken cancellationToken
    )
    {
        using var late = new CancellationTokenSource(ConfirmTimeout, time);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        await Task.WhenAll(events.Select(each => publish(each, timeout.Token))).WaitAsync(timeout.Token);
    }

    private static Event Read(OutboxEntry entry) =>
        (Event)JsonSerializer.Deserialize(entry.Body, EventCatalog.TypeOf(entry.Type), PizzeriaJson.Options)!;

    [LoggerMessage(40, LogLevel.Error, "Publishing events failed; they stay in the outbox and are retried")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
