using System.Diagnostics;
using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Logging;
using MassTransit;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.ServiceDefaults.Messaging;

/// <summary>What a consumer takes from its message.</summary>
public static class ConsumeContexts
{
    /// <summary>The record that makes handling the message twice impossible; to be stored with what it changes.</summary>
    /// <param name="context">The message.</param>
    /// <param name="consumer">The consumer: <c>this</c>.</param>
    public static HandledMessage Handled<T>(this ConsumeContext<T> context, IConsumer<T> consumer)
        where T : Event => new(context.Message.EventId, consumer.GetType().Name) { Attempts = context.GetRetryAttempt() + 1 };

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

/// <summary>Puts the message's correlation id in force while it is consumed.</summary>
internal sealed class CorrelationFilter<T> : IFilter<ConsumeContext<T>>
    where T : class
{
    public Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        Correlation.Begin(context.Headers.Get<string>(Correlation.Header));
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("correlation");
}
