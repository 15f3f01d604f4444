using System.Diagnostics;
using MariosPizzeria.ServiceDefaults.Logging;
using MassTransit;
using OpenTelemetry;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>Publishes stored events to the broker.</summary>
internal interface IEventPublisher
{
    /// <summary>Whether an event that is published now would reach the broker.</summary>
    bool IsReachable { get; }

    /// <summary>Publishes an event; returns when the broker has it on disk.</summary>
    /// <param name="traceParent">W3C traceparent of the request that caused it, so that its trace continues through the bus.</param>
    Task PublishAsync(Event message, string? traceParent, CancellationToken cancellationToken);
}

/// <summary>Publishes events to the bus: the only code that does.</summary>
internal sealed class EventPublisher(IBusControl bus, BrokerConnectionMonitor watch) : IEventPublisher
{
    public bool IsReachable => watch.IsConnected && bus.CheckHealth().Status == BusHealthStatus.Healthy;

    public async Task PublishAsync(Event message, string? traceParent, CancellationToken cancellationToken)
    {
        // The publication belongs to the trace of the request that caused it, not to the relay's sweep.
        using var traced = SuppressInstrumentationScope.Begin(value: false);
        using var activity = new Activity("outbox relay");
        if (traceParent is not null)
        {
            activity.SetParentId(traceParent);
            activity.Start();
        }

        await bus.Publish(
            message,
            message.GetType(),
            context =>
            {
                context.MessageId = message.EventId;
                if (message.CorrelationId is { } correlation)
                {
                    context.Headers.Set(Correlation.Header, correlation);
                }
            },
            cancellationToken
        );
    }
}
