using System.Diagnostics;
using MariosPizzeria.ServiceDefaults.Logging;
using MassTransit;
using MassTransit.Context;
using Event = MariosPizzeria.Contracts.V1.Event;
using OrderEvent = MariosPizzeria.Contracts.V1.OrderEvent;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>Data that a consumer reads from its message.</summary>
public static class ConsumeContexts
{
    /// <summary>The record that prevents handling the message twice; must be stored together with the changes.</summary>
    /// <param name="consumer">The consumer: <c>this</c>.</param>
    public static HandledMessage Handled<T>(this ConsumeContext<T> context, IConsumer<T> consumer)
        where T : Event =>
        new(context.Message.EventId, ConsumerNamesAttribute.Of(consumer.GetType()).InboxKey)
        {
            Attempts = context.GetRetryAttempt() + Redelivery.CountOf(context) + 1,
        };

    /// <summary>The cause of changes that follow from an event: the event's actor, at the event's time.</summary>
    public static Cause Cause<T>(this ConsumeContext<T> context)
        where T : Event =>
        new(
            context.Message.Actor,
            context.Message.OccurredAt,
            context.Message.CorrelationId,
            // If no telemetry is collected there is no activity, but the event contains the id of the trace in which it was raised.
            Activity.Current?.TraceId.ToHexString() ?? context.Message.TraceId
        );
}

/// <summary>
/// Wraps the handling of each message: sets its correlation id, records how long it waited, schedules a redelivery if it fails for a
/// temporary reason, and logs that it was consumed.
/// </summary>
internal sealed partial class ConsumptionFilter<T>(
    QueueBacklog backlog,
    Redelivery redelivery,
    MessagingMetrics metrics,
    ILogger<ConsumptionFilter<T>> logger
) : IFilter<ConsumeContext<T>>
    where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        Correlation.Begin(context.Headers.Get<string>(Correlation.Header));
        backlog.RecordAge(context);
        var started = Stopwatch.GetTimestamp();
        var attempt = new ConsumeAttemptContext(context);
        try
        {
            await next.Send(attempt);
        }
        catch (Exception e)
        {
            if (!context.CancellationToken.IsCancellationRequested && await redelivery.TryScheduleAsync(context, e))
            {
                // Otherwise the bus would treat the message as not consumed and also move it to the queue for skipped messages.
                await context.NotifyConsumed(Stopwatch.GetElapsedTime(started), nameof(Redelivery));
                return;
            }

            if (!context.CancellationToken.IsCancellationRequested)
            {
                metrics.DeadLettered(context.ReceiveContext.InputAddress.Segments[^1], e);
            }

            await attempt.NotifyOfFaultAsync();
            throw;
        }

        // A failed message is logged by the bus, with its exception; the steps that follow from a message are logged by OrderStepLog.
        if (logger.IsEnabled(LogLevel.Debug))
        {
            LogConsumed(
                logger,
                typeof(T).Name,
                context.ReceiveContext.InputAddress.Segments[^1],
                (context.Message as OrderEvent)?.OrderId,
                Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 3)
            );
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("consumption");

    /// <summary>Holds the notification of a consumer's failure back until it is known that the message is not redelivered.</summary>
    private sealed class ConsumeAttemptContext(ConsumeContext<T> context) : ConsumeContextProxy<T>(context)
    {
        private readonly ConsumeContext<T> _context = context;
        private Func<Task> _notify = () => Task.CompletedTask;

        public Task NotifyOfFaultAsync() => _notify();

        public override Task NotifyFaulted<TMessage>(
            ConsumeContext<TMessage> context,
            TimeSpan duration,
            string consumerType,
            Exception exception
        )
        {
            _notify = () => _context.NotifyFaulted(context, duration, consumerType, exception);
            return Task.CompletedTask;
        }

        public override Task NotifyFaulted(TimeSpan duration, string consumerType, Exception exception) =>
            NotifyFaulted(_context, duration, consumerType, exception);
    }

    [LoggerMessage(12, LogLevel.Debug, "Message consumed: {message_type} from {queue}", EventName = "message_consumed")]
    private static partial void LogConsumed(ILogger logger, string message_type, string queue, string? order_id, double duration_ms);
}
