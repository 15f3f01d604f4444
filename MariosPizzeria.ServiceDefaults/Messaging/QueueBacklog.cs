using System.Collections.Concurrent;
using System.Globalization;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Hosting;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.ServiceDefaults.Messaging;

/// <summary>When accepting is bounded by completing.</summary>
public sealed class BacklogOptions
{
    internal const string Setting = "Backlog:MostAge";

    /// <summary>
    /// No new order is accepted while an event waits in the outbox, or waited in a queue, longer than this. 1 s to 10 min.
    /// </summary>
    public TimeSpan MostAge { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// How long messages wait in queues before their consumers take them. A consumer tells by Redis how old the message was that it took
/// last, once a second at the most, and only where that comes near the bound or was so lately: a system that keeps up says nothing.
/// What was not heard of for a while is no backlog, so a process type that is away refuses nobody.
/// </summary>
/// <param name="cache">Carries the marks between processes; null in a process without one, which tells and hears none.</param>
/// <param name="options">The bound.</param>
/// <param name="uncounted">Queues whose pace is set by somebody outside, such as the payment provider or the mail server.</param>
/// <param name="logger">Told when marks can't be heard.</param>
internal sealed partial class QueueBacklog(
    ICache? cache,
    BacklogOptions options,
    IReadOnlySet<string> uncounted,
    ILogger<QueueBacklog> logger
) : BackgroundService
{
    /// <summary>Set on a message that an operator sent back: it is old, and its queue need not be full.</summary>
    internal const string RedrivenHeader = "pizzeria-redriven";

    private const string Channel = "backlog:";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A consumer that is behind and goes on tells again every second. Longer, and orders would be refused after a queue has emptied.
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    // Of the machine, as the time is at which a message was sent.
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly ConcurrentDictionary<string, Mark> _heard = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Mark> _told = new(StringComparer.Ordinal);

    /// <summary>The queue whose last message waited longest, if longer than the bound; null where none did.</summary>
    public string? Behind() =>
        _heard
            .Where(mark => Time.GetElapsedTime(mark.Value.At) < Forgotten && mark.Value.Age > options.MostAge)
            .OrderByDescending(mark => mark.Value.Age)
            .Select(mark => mark.Key)
            .FirstOrDefault();

    /// <summary>Notes that a message is taken from its queue.</summary>
    public void Note(ConsumeContext context)
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

        var now = new Mark(Time.GetUtcNow().UtcDateTime - sent.ToUniversalTime(), Time.GetTimestamp());
        var told = _told.GetValueOrDefault(queue);
        if (
            (now.Age < options.MostAge / 2 && (told is null || told.Age < options.MostAge / 2))
            || (told is not null && Time.GetElapsedTime(told.At) < Interval)
        )
        {
            return;
        }

        _told[queue] = now;
        _ = Tell(queue, now.Age);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        cache is null
            ? Task.CompletedTask
            : Repeat.UntilDoneAsync(
                cancellationToken => cache.Subscribe(Channel + "*", Hear, cancellationToken),
                e => LogDeaf(logger, e),
                PauseAfterFailure,
                stoppingToken
            );

    private void Hear(string channel, string message)
    {
        if (long.TryParse(message, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
        {
            _heard[channel[Channel.Length..]] = new(TimeSpan.FromMilliseconds(milliseconds), Time.GetTimestamp());
        }
    }

    private async Task Tell(string queue, TimeSpan age)
    {
        try
        {
            await cache!.Publish(
                Channel + queue,
                Math.Max(0, (long)age.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
                CancellationToken.None
            );
        }
        catch (RedisUnavailableException)
        {
            // A mark that is missing is no backlog; the next message tells it again.
        }
    }

    [LoggerMessage(45, LogLevel.Warning, "How far queues are behind can't be heard of; it is tried again")]
    private static partial void LogDeaf(ILogger logger, Exception exception);

    private sealed record Mark(TimeSpan Age, long At);
}
