using System.Diagnostics;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.ServiceDefaults.Documents;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;

namespace MariosPizzeria.ServiceDefaults.Messaging;

/// <summary>
/// Brings stored events to the bus: at once after a commit of this process, and by a sweep what other processes left behind.
/// Nothing else publishes events; everybody else stores them with what they change.
/// </summary>
internal sealed partial class OutboxRelay(
    IOutbox outbox,
    IDocumentDatabase database,
    EventPublisher publisher,
    IBusControl bus,
    BrokerWatch watch,
    OutboxSignal signal,
    OutboxBacklog backlog,
    MessagingMetrics metrics,
    ILogger<OutboxRelay> logger
) : BackgroundService
{
    private const int Batch = 200;

    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.Zero;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await signal.Wait(Sweep, stoppingToken);
                await Relay(stoppingToken);
                pause = TimeSpan.Zero;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(logger, e);
                pause = TimeSpan.FromMilliseconds(Math.Min(Math.Max(pause.TotalMilliseconds * 2, 100), LongestPause.TotalMilliseconds));
                await Task.Delay(pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Once more when the loop has ended: the last requests are over, and what they stored still goes out.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await Relay(cancellationToken);
        }
        catch (Exception e)
        {
            LogFailed(logger, e);
        }
    }

    private async Task Relay(CancellationToken stop)
    {
        // A look each second into every store is nobody's request: as traces they would bury those that somebody wants to see.
        using var untraced = SuppressInstrumentationScope.Begin();
        do
        {
            // Before each batch: when accepting outruns publishing, the batches never end, and that is when the bound matters.
            if (await backlog.Measure(outbox, database, watch.IsThere, stop))
            {
                metrics.OutboxMeasured(backlog.Count, backlog.Age);
            }
        } while (
            !stop.IsCancellationRequested
            && watch.IsThere
            && bus.CheckHealth().Status == BusHealthStatus.Healthy
            // A batch that was begun is finished; cut short, it would be published twice. It has a time limit of its own.
            && await outbox.Drain(Batch, Publish, CancellationToken.None) == Batch
        );
    }

    private async Task Publish(IReadOnlyList<OutboxEntry> entries, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(ConfirmWithin);

        // Each task ends with the broker's confirm: the message is on disk there before it is deleted here.
        await Task.WhenAll(entries.Select(entry => publisher.Publish(entry, timeout.Token)));
    }

    [LoggerMessage(40, LogLevel.Error, "Publishing stored events failed; they stay stored and are tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}

/// <summary>
/// How far completing is behind accepting. While the broker answers, the age of what waits decides: in the outbox, and in the queues
/// behind it. In an outage all of it waits in the outbox, however old, until there are too many. Beyond the bound no new order is
/// accepted, so that the wait stays one of seconds.
/// </summary>
public sealed class OutboxBacklog
{
    /// <summary>So many events at the most; some ten seconds of publishing.</summary>
    public const int Bound = 10_000;

    // Events of a newer build, left by a rollback, wait for that build and hold nobody up.
    private const int MostUnknown = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly BacklogOptions _options;
    private readonly QueueBacklog _queues;
    private readonly TimeProvider _time;
    private long _measuredAt;
    private bool _isOld;

    internal OutboxBacklog(BacklogOptions options, QueueBacklog queues, TimeProvider time) =>
        (_options, _queues, _time) = (options, queues, time);

    /// <summary>Events that waited when it was last measured (about every second), at most <see cref="Bound"/>.</summary>
    public int Count { get; private set; }

    /// <summary>How long the oldest of them had waited then; of those that this build knows.</summary>
    public TimeSpan Age { get; private set; }

    /// <summary>Whether to refuse new work.</summary>
    public bool IsFull => Count >= Bound || _isOld || _queues.Behind() is not null;

    /// <summary>Measures, unless it did within the last second.</summary>
    /// <returns>Whether it did now.</returns>
    internal async Task<bool> Measure(IOutbox outbox, IDocumentDatabase database, bool brokerIsThere, CancellationToken cancellationToken)
    {
        if (Stopwatch.GetElapsedTime(_measuredAt) < Interval)
        {
            return false;
        }

        Count = await outbox.Backlog(Bound, cancellationToken);
        Age = Count > 0 ? await OldestAge(database, cancellationToken) : TimeSpan.Zero;
        _isOld = brokerIsThere && Age > _options.MostAge;
        _measuredAt = Stopwatch.GetTimestamp();
        return true;
    }

    private async Task<TimeSpan> OldestAge(IDocumentDatabase database, CancellationToken cancellationToken)
    {
        var oldest = await database.Waiting(about: null, before: null, MostUnknown, cancellationToken);
        return oldest.FirstOrDefault(entry => EventCatalog.Knows(entry.Type)) is { } known
            ? TimeSpan.FromTicks(Math.Max(0, (_time.GetUtcNow() - known.StoredAt).Ticks))
            : TimeSpan.Zero;
    }
}
