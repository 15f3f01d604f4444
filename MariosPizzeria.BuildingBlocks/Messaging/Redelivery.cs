using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>
/// Retries without occupying a consumer's slot: a failed message waits in a queue whose messages expire after a fixed time and are then
/// dead-lettered back to their original queue. One such queue per delay serves all consumers: all of its messages wait equally long, so the
/// first message in the queue is always the first to expire. RabbitMQ's delayed exchange would need a plugin that not every broker has.
/// </summary>
internal sealed partial class Redelivery(ILogger<Redelivery> logger)
{
    /// <summary>The message header with the number of redeliveries.</summary>
    internal const string Header = "pizzeria-redelivery";

    private const string Prefix = "pizzeria-retry-";

    private static readonly TimeSpan ConfirmTimeout = TimeSpan.FromSeconds(10);
    private static readonly Delay Second = new(TimeSpan.FromSeconds(1), Prefix + "1s");
    private static readonly Delay FiveSeconds = new(TimeSpan.FromSeconds(5), Prefix + "5s");
    private static readonly Delay HalfAMinute = new(TimeSpan.FromSeconds(30), Prefix + "30s");

    // About ten minutes in total: a server that was killed, or that is being upgraded, is back by then.
    private static readonly Delay[] OutageDelays =
    [
        .. Enumerable.Repeat(Second, 5),
        .. Enumerable.Repeat(FiveSeconds, 11),
        .. Enumerable.Repeat(HalfAMinute, 18),
    ];

    private static readonly Delay[] UnexpectedFailureDelays = [Second, Second, Second];

    /// <summary>The queue of each delay, whose exchange has the same name, with its arguments.</summary>
    internal static IReadOnlyList<(string Name, Dictionary<string, object> Arguments)> Queues { get; } =
    [.. new[] { Second, FiveSeconds, HalfAMinute }.Select(delay => (delay.Name, ArgumentsOf(delay)))];

    // The channels on which a delay's exchange and queue were already declared.
    private readonly ConditionalWeakTable<ChannelContext, HashSet<string>> _declared = [];

    /// <summary>Returns the delay before a failed message is redelivered, and the number of failed attempts by then.</summary>
    /// <param name="count">The number of attempts that failed before this one.</param>
    /// <returns>Null if the message is to be dead-lettered.</returns>
    public static (TimeSpan Time, int Count)? Next(FailureKind failure, int count) =>
        DelayOf(failure, count) is var (delay, next) ? (delay.Time, next) : null;

    /// <summary>Returns how often a message failed and was redelivered before.</summary>
    public static int CountOf(ConsumeContext context) => context.ReceiveContext.TransportHeaders.Get<int>(Header, 0) ?? 0;

    /// <summary>Schedules a failed message for redelivery, if another attempt may succeed.</summary>
    /// <returns>Whether it will be redelivered: the broker has it on disk. Otherwise it is to be dead-lettered.</returns>
    public async Task<bool> TryScheduleAsync<T>(ConsumeContext<T> context, Exception exception)
        where T : class
    {
        var failure = Failures.KindOf(exception);
        if (
            DelayOf(failure, CountOf(context)) is not var (delay, count)
            || !context.ReceiveContext.TryGetPayload(out ChannelContext? channel)
            || !context.ReceiveContext.TryGetPayload(out RabbitMqBasicConsumeContext? received)
        )
        {
            return false;
        }

        var queue = context.ReceiveContext.InputAddress.Segments[^1];
        try
        {
            // The publication may hang forever if the connection broke at the wrong moment (rabbitmq/rabbitmq-dotnet-client#1976).
            await PublishAsync(
                    channel,
                    delay,
                    queue,
                    received.Properties,
                    context.ReceiveContext.GetBody(),
                    count,
                    context.CancellationToken
                )
                .WaitAsync(ConfirmTimeout, context.CancellationToken);
        }
        catch (Exception e) when (!context.CancellationToken.IsCancellationRequested)
        {
            // A message that cannot be stored there is moved to the error queue, from which an operator sends it back.
            _declared.Remove(channel);
            LogQueueFull(logger, e, typeof(T).Name, queue);
            return false;
        }

        if (failure == FailureKind.Contention)
        {
            // It is no failed attempt and has no number.
            LogPostponed(logger, typeof(T).Name, queue, delay.Time.TotalSeconds, exception.Message);
        }
        else
        {
            LogRetried(logger, typeof(T).Name, queue, count, delay.Time.TotalSeconds, exception.GetType().Name, exception.Message);
        }

        return true;
    }

    private static (Delay Delay, int Count)? DelayOf(FailureKind failure, int count) =>
        failure switch
        {
            FailureKind.Contention => (Second, count),
            FailureKind.Outage when count < OutageDelays.Length => (OutageDelays[count], count + 1),
            FailureKind.Unexpected when count < UnexpectedFailureDelays.Length => (UnexpectedFailureDelays[count], count + 1),
            _ => null,
        };

    private async Task PublishAsync(
        ChannelContext channel,
        Delay delay,
        string queue,
        IReadOnlyBasicProperties received,
        byte[] body,
        int count,
        CancellationToken cancellationToken
    )
    {
        await DeclareAsync(channel, delay, cancellationToken);
        var headers = new Dictionary<string, object?>(DeadLetterQueues.WithoutFailureHeaders(received.Headers) ?? []) { [Header] = count };

        // The routing key is the queue to return to; a dead letter keeps it.
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

    private async Task DeclareAsync(ChannelContext channel, Delay delay, CancellationToken cancellationToken)
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
        await channel.QueueDeclare(delay.Name, durable: true, exclusive: false, autoDelete: false, ArgumentsOf(delay), cancellationToken);
        await channel.QueueBind(delay.Name, delay.Name, "", new Dictionary<string, object>(), cancellationToken);
        lock (declared)
        {
            declared.Add(delay.Name);
        }
    }

    private static Dictionary<string, object> ArgumentsOf(Delay delay) =>
        new(StringComparer.Ordinal)
        {
            ["x-queue-type"] = "quorum",
            ["x-message-ttl"] = (int)delay.Time.TotalMilliseconds,
            ["x-dead-letter-exchange"] = "",

            // The message leaves this queue when the target queue has it on disk; the default strategy loses it if the broker crashes in
            // between.
            ["x-dead-letter-strategy"] = "at-least-once",
            ["x-overflow"] = "reject-publish",
        };

    [LoggerMessage(
        43,
        LogLevel.Warning,
        "Message {message_type} of {queue} failed; retry {attempt} in {delay_s} s: {error}, {error_message}",
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

    [LoggerMessage(
        48,
        LogLevel.Information,
        "Message {message_type} of {queue} waits for another process; next attempt in {delay_s} s: {error_message}",
        EventName = "message_postponed"
    )]
    private static partial void LogPostponed(ILogger logger, string message_type, string queue, double delay_s, string error_message);

    [LoggerMessage(44, LogLevel.Error, "Message {message_type} of {queue} failed and could not be scheduled for a retry")]
    private static partial void LogQueueFull(ILogger logger, Exception exception, string message_type, string queue);

    private sealed record Delay(TimeSpan Time, string Name);
}
