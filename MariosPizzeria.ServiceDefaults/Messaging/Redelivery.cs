using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace MariosPizzeria.ServiceDefaults.Messaging;

/// <summary>
/// Retries without keeping a consumer's slot: a message that failed waits in a queue whose messages expire after a fixed time and are
/// dead-lettered back to where they came from. One such queue for each delay serves all consumers: all of its messages wait equally
/// long, so the first to expire is always the first in line. RabbitMQ's delayed exchange would be a plugin that not every broker has.
/// </summary>
internal sealed partial class Redelivery(ILogger<Redelivery> logger)
{
    /// <summary>How often a message was redelivered, as a header of the message.</summary>
    internal const string Header = "pizzeria-redelivery";

    private const string Prefix = "pizzeria-retry-";

    private static readonly Delay Second = new(TimeSpan.FromSeconds(1), Prefix + "1s");
    private static readonly Delay FiveSeconds = new(TimeSpan.FromSeconds(5), Prefix + "5s");
    private static readonly Delay HalfAMinute = new(TimeSpan.FromSeconds(30), Prefix + "30s");

    // Some ten minutes: a server that is killed is back by then, and so is one that is upgraded.
    private static readonly Delay[] ForOutages =
    [
        .. Enumerable.Repeat(Second, 5),
        .. Enumerable.Repeat(FiveSeconds, 11),
        .. Enumerable.Repeat(HalfAMinute, 18),
    ];

    private static readonly Delay[] ForTheUnexpected = [Second, Second, Second];

    // The channels that know the delay's exchange and queue.
    private readonly ConditionalWeakTable<ChannelContext, HashSet<string>> _declared = [];

    /// <summary>How often a message was redelivered before.</summary>
    public static int CountOf(ConsumeContext context) => context.ReceiveContext.TransportHeaders.Get<int>(Header, 0) ?? 0;

    /// <summary>Has a message that failed delivered again later, where that may help.</summary>
    /// <returns>Whether it will be: the broker has it on disk. Else it is to be dead-lettered.</returns>
    public async Task<bool> TrySchedule<T>(ConsumeContext<T> context, Exception exception)
        where T : class
    {
        var delays = Failures.KindOf(exception) switch
        {
            FailureKind.Outage => ForOutages,
            FailureKind.Unexpected => ForTheUnexpected,
            _ => [],
        };
        var count = CountOf(context);
        if (
            count >= delays.Length
            || !context.ReceiveContext.TryGetPayload(out ChannelContext? channel)
            || !context.ReceiveContext.TryGetPayload(out RabbitMqBasicConsumeContext? received)
        )
        {
            return false;
        }

        var (delay, queue) = (delays[count], context.ReceiveContext.InputAddress.Segments[^1]);
        try
        {
            await Publish(
                channel,
                delay,
                queue,
                received.Properties,
                context.ReceiveContext.GetBody(),
                count + 1,
                context.CancellationToken
            );
        }
        catch (Exception e) when (!context.CancellationToken.IsCancellationRequested)
        {
            // What can't wait there is laid into the error queue, from where an operator sends it back.
            _declared.Remove(channel);
            LogNoRoom(logger, e, typeof(T).Name, queue);
            return false;
        }

        LogRetried(logger, typeof(T).Name, queue, count + 1, delay.Time.TotalSeconds, exception.GetType().Name, exception.Message);
        return true;
    }

    private async Task Publish(
        ChannelContext channel,
        Delay delay,
        string queue,
        IReadOnlyBasicProperties received,
        byte[] body,
        int count,
        CancellationToken cancellationToken
    )
    {
        await Declare(channel, delay, cancellationToken);
        var headers = new Dictionary<string, object?>(ErrorQueues.Cleared(received.Headers) ?? []) { [Header] = count };

        // Its routing key is its way back: a dead letter keeps it.
        await channel.BasicPublishAsync(
            delay.Name,
            queue,
            mandatory: true,
            new BasicProperties(received) { Headers = headers, Expiration = null },
            body,
            awaitAck: true,
            cancellationToken
        );
    }

    private async Task Declare(ChannelContext channel, Delay delay, CancellationToken cancellationToken)
    {
        var declared = _declared.GetOrCreateValue(channel);
        lock (declared)
        {
            if (declared.Contains(delay.Name))
            {
                return;
            }
        }

        await channel.ExchangeDeclare(
            delay.Name,
            ExchangeType.Fanout,
            durable: true,
            autoDelete: false,
            new Dictionary<string, object>(),
            cancellationToken
        );
        await channel.QueueDeclare(
            delay.Name,
            durable: true,
            exclusive: false,
            autoDelete: false,
            new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["x-queue-type"] = "quorum",
                ["x-message-ttl"] = (int)delay.Time.TotalMilliseconds,
                ["x-dead-letter-exchange"] = "",

                // It leaves this queue when the other has it on disk; the default loses it should the broker die in between.
                ["x-dead-letter-strategy"] = "at-least-once",
                ["x-overflow"] = "reject-publish",
            },
            cancellationToken
        );
        await channel.QueueBind(delay.Name, delay.Name, "", new Dictionary<string, object>(), cancellationToken);
        lock (declared)
        {
            declared.Add(delay.Name);
        }
    }

    [LoggerMessage(
        43,
        LogLevel.Warning,
        "Message {message_type} of {queue} failed and comes again, for the {attempt}. time, in {delay_s} s: {error}, {error_message}",
        EventName = "message_retried"
    )]
    private static partial void LogRetried(
        ILogger logger,
        string message_type,
        string queue,
        int attempt,
        double delay_s,
        string error,
        string error_message
    );

    [LoggerMessage(44, LogLevel.Error, "Message {message_type} of {queue} failed and could not be laid by for another attempt")]
    private static partial void LogNoRoom(ILogger logger, Exception exception, string message_type, string queue);

    private sealed record Delay(TimeSpan Time, string Name);
}
