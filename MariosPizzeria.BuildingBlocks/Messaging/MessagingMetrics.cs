using System.Diagnostics.Metrics;
using MariosPizzeria.ServiceDefaults.Telemetry;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>The metrics of the outbox and the dead letters; see docs/metrics.md.</summary>
internal sealed class MessagingMetrics
{
    private readonly Gauge<int> _outboxEvents;
    private readonly Gauge<double> _outboxAge;
    private readonly Counter<long> _deadLettered;

    public MessagingMetrics(IMeterFactory meters)
    {
        var meter = meters.CreatePizzeriaMeter();
        _outboxEvents = meter.CreateGauge<int>("pizzeria.outbox.events", "{event}", "Events that wait in the outbox");
        _outboxAge = meter.CreateGauge<double>("pizzeria.outbox.age", "s", "How long the oldest event has waited in the outbox");
        _deadLettered = meter.CreateCounter<long>("pizzeria.messages.dead_lettered", "{message}", "Messages that were dead-lettered");
    }

    /// <summary>Records the outbox as the relay has just measured it.</summary>
    public void OutboxMeasured(int events, TimeSpan age)
    {
        _outboxEvents.Record(events);
        _outboxAge.Record(age.TotalSeconds);
    }

    /// <summary>Counts a message that failed and is not redelivered: the bus moves it to the queue's error queue.</summary>
    public void DeadLettered(string queue, Exception exception) =>
        _deadLettered.Add(1, new("messaging.destination.name", queue), new("error.type", exception.GetType().Name));
}
