using System.Diagnostics;
using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Logging;
using MassTransit;
using MassTransit.Context;
using Microsoft.Extensions.Logging;
using Event = MariosPizzeria.Contracts.V1.Event;
using OrderEvent = MariosPizzeria.Contracts.V1.OrderEvent;

namespace MariosPizzeria.ServiceDefaults.Messaging;

/// <summary>What a consumer takes from its message.</summary>
public static class ConsumeContexts
{
    /// <summary>The record that makes handling the message twice impossible; to be stored with what it changes.</summary>
    /// <param name="context">The message.</param>
    /// <param name="consumer">The consumer: <c>this</c>.</param>
    public static HandledMessage Handled<T>(this ConsumeContext<T> context, IConsumer<T> consumer)
        where T : Event =>
        new(context.Message.EventId, ConsumerNamesAttribute.Of(consumer.GetType()).InboxKey)
        {
            Attempts = context.GetRetryAttempt() + Redelivery.CountOf(context) + 1,
        };

    /// <summary>What follows from an event happens because of whoever caused the event, at the event's time.</summary>
    public static Cause Cause<T>(this ConsumeContext<T> context)
        where T : Event =>
        new(
            context.Message.Actor,
            context.Message.OccurredAt,
            context.Message.CorrelationId,
            // Where nobody collects telemetry there is no activity, but the event says in which trace it was raised.
            Activity.Current?.TraceId.ToHexString() ?? context.Message.TraceId
        );
}

/// <summary>
/// Around each message: puts its correlation id in force, notes how long it waited, has it come again where it fails for a reason that
/// passes, and says in a line that it was consumed.
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
        backlog.Note(context);
        var started = Stopwatch.GetTimestamp();
        var attempt = new Attempt(context);
        try
        {
            await next.Send(attempt);
        }
        catch (Exception e)
        {
            if (!context.CancellationToken.IsCancellationRequested && await redelivery.TrySchedule(context, e))
            {
                // Else the bus would take it for a message that nobody consumes, and lay it into the queue for those as well.
                await context.NotifyConsumed(Stopwatch.GetElapsedTime(started), nameof(Redelivery));
                return;
            }

            if (!context.CancellationToken.IsCancellationRequested)
            {
                metrics.DeadLettered(context.ReceiveContext.InputAddress.Segments[^1], e);
            }

            await attempt.NotifyOfFault();
            throw;
        }

        // One that fails is said by the bus, with its exception.
        LogConsumed(
            logger,
            typeof(T).Name,
            context.ReceiveContext.InputAddress.Segments[^1],
            (context.Message as OrderEvent)?.OrderId,
            Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 3)
        );
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("consumption");

    /// <summary>Keeps to itself that the consumer failed, until it is known that the message does not come again.</summary>
    private sealed class Attempt(ConsumeContext<T> context) : ConsumeContextProxy<T>(context)
    {
        private readonly ConsumeContext<T> _context = context;
        private Func<Task> _notify = () => Task.CompletedTask;

        public Task NotifyOfFault() => _notify();

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

    [LoggerMessage(12, LogLevel.Information, "Message consumed: {message_type} from {queue}", EventName = "message_consumed")]
    private static partial void LogConsumed(ILogger logger, string message_type, string queue, string? order_id, double duration_ms);
}
