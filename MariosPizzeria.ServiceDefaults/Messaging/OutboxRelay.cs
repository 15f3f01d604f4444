using System.Diagnostics;
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
    EventPublisher publisher,
    IBusControl bus,
    BrokerWatch watch,
    OutboxSignal signal,
    OutboxBacklog backlog,
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
            await backlog.Measure(outbox, stop);
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
/// How many events wait. Accepting can outrun publishing; beyond a bound no new order is accepted, so that the wait stays one of
/// seconds.
/// </summary>
public sealed class OutboxBacklog
{
    /// <summary>So many events at the most; some ten seconds of publishing.</summary>
    public const int Bound = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long _measuredAt;

    /// <summary>Events that waited when it was last measured (about every second), at most <see cref="Bound"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Whether to refuse new work.</summary>
    public bool IsFull => Count >= Bound;

    internal async Task Measure(IOutbox outbox, CancellationToken cancellationToken)
    {
        if (Stopwatch.GetElapsedTime(_measuredAt) >= Interval)
        {
            Count = await outbox.Backlog(Bound, cancellationToken);
            _measuredAt = Stopwatch.GetTimestamp();
        }
    }
}
