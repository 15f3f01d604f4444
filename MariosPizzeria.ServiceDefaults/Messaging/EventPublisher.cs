using System.Diagnostics;
using System.Text.Json;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Logging;
using MassTransit;
using OpenTelemetry;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.ServiceDefaults.Messaging;

/// <summary>Puts events onto the bus: the only code that does.</summary>
internal sealed class EventPublisher(IBus bus)
{
    /// <summary>Publishes a stored event; returns when the broker has it on disk.</summary>
    public Task Publish(OutboxEntry entry, CancellationToken cancellationToken)
    {
        var type = EventCatalog.TypeOf(entry.Type);
        return Publish((Event)JsonSerializer.Deserialize(entry.Body, type, PizzeriaJson.Options)!, entry.TraceParent, cancellationToken);
    }

    /// <summary>Publishes an event that nobody stored, and that is lost if it does not arrive.</summary>
    public async Task Publish(Event message, string? traceParent, CancellationToken cancellationToken)
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
