using System.Collections.Concurrent;
using MariosPizzeria.BuildingBlocks.Caching;
using MassTransit;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>The limit at which new orders are refused because of the backlog.</summary>
public sealed class BacklogOptions
{
    internal const string Setting = "Backlog:MostAge";

    /// <summary>
    /// No new order is accepted while an event waits in the outbox, or waited in a queue, longer than this. 1 s to 10 min.
    /// </summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// Tracks how long messages wait in queues before their consumers take them. A consumer publishes over Redis the age of the message that it
/// took last, at most once a second, and only if that age is near the bound or was so recently: a system without a backlog publishes
/// nothing. A queue without a recent report has no backlog, so a process type that is down does not cause orders to be refused.
/// </summary>
/// <param name="cache">Carries the reports between processes; null in a process without a cache, which sends and receives none.</param>
/// <param name="options">The bound.</param>
/// <param name="uncounted">Queues whose speed depends on an external party, such as the payment provider or the mail server.</param>
/// <param name="logger">Logs when reports cannot be received.</param>
internal sealed partial class QueueBacklog(
    ICache? cache,
    BacklogOptions options,
    IReadOnlySet<string> uncounted,
    ILogger<QueueBacklog> logger
) : BackgroundService
{
    /// <summary>The header of a message that an operator sent back: it is old, although its queue may be empty.</summary>
    internal const string RedrivenHeader = "pizzeria-redriven";

    private const string Channel = "backlog:";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A consumer that is still behind reports again every second. With a longer time, orders would be refused after a queue has emptied.
    private static readonly TimeSpan ExpiresAfter = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    // The machine's clock, like the time at which a message was sent.
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly ConcurrentDictionary<string, QueueAgeReport> _heard = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, QueueAgeReport> _told = new(StringComparer.Ordinal);

    /// <summary>Returns the queue whose last message waited longest, if longer than the bound; otherwise null.</summary>
    public string? MaxQueueAge() =>
        _heard
            .Where(mark => Time.GetElapsedTime(mark.Value.At) < ExpiresAfter && mark.Value.Age > options.MaxAge)
            .OrderByDescending(mark => mark.Value.Age)
            .Select(mark => mark.Key)
            .FirstOrDefault();

    /// <summary>Records that a message is taken from its queue.</summary>
    public void RecordAge(ConsumeContext context)
    {
        var queue = context.ReceiveContext.InputAddress.Segments[^1];
        if (
            cache is null
            || context.SentTime is not { } sent
            || context.ReceiveContext.Redelivered
            || uncounted.Contains(queue)
            || Redelivery.CountOf(context) > 0
            || context.ReceiveContext.TransportHeaders.TryGetHeader(RedrivenHeader, out _)
        )
        {
            return;
        }

        var now = new QueueAgeReport(Time.GetUtcNow().UtcDateTime - sent.ToUniversalTime(), Time.GetTimestamp());
        var told = _told.GetValueOrDefault(queue);
        if (
            (now.Age < options.MaxAge / 2 && (told is null || told.Age < options.MaxAge / 2))
            || (told is not null && Time.GetElapsedTime(told.At) < Interval)
        )
        {
            return;
        }

        _told[queue] = now;
        _ = ReportAsync(queue, now.Age);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (cache is null)
        {
            return Task.CompletedTask;
        }

        var subscribing = new OutageReport(e => LogSubscriptionFailed(logger, e), () => LogSubscriptionRecovered(logger));
        return RetryLoop.RetryUntilDoneAsync(
            async cancellationToken =>
            {
                await cache.SubscribeAsync(Channel + "*", OnReport, cancellationToken);
                subscribing.Succeeded();
            },
            subscribing.Failed,
            PauseAfterFailure,
            stoppingToken
        );
    }

    private void OnReport(string channel, string message)
    {
        if (long.TryParse(message, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
        {
            _heard[channel[Channel.Length..]] = new(TimeSpan.FromMilliseconds(milliseconds), Time.GetTimestamp());
        }
    }

    private async Task ReportAsync(string queue, TimeSpan age)
    {
        try
        {
            await cache!.PublishAsync(
                Channel + queue,
                Math.Max(0, (long)age.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
                CancellationToken.None
            );
        }
        catch (RedisUnavailableException)
        {
            // A missing report counts as no backlog; the next message reports again.
        }
    }

    [LoggerMessage(45, LogLevel.Warning, "Cannot subscribe to the reports of queue backlogs; retrying")]
    private static partial void LogSubscriptionFailed(ILogger logger, Exception exception);

    [LoggerMessage(49, LogLevel.Information, "Subscribed to the reports of queue backlogs after failed attempts")]
    private static partial void LogSubscriptionRecovered(ILogger logger);

    private sealed record QueueAgeReport(TimeSpan Age, long At);
}
