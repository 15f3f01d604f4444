using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.Serialization;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>A message that a process sends to itself over the bus, once; other processes ignore it.</summary>
public sealed record BusCheck : Event
{
    /// <summary>The process that sends it.</summary>
    public required Guid Process { get; init; }
}

/// <summary>
/// Sends a message to the broker and back, in the same way as the relay, through a queue that is deleted with the process.
/// </summary>
internal sealed class BusWarmUp(IBusControl bus, EventPublisher publisher, BusWarmUp.WarmUpMessageTracker arrival) : IWarmUp
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var type in EventCatalog.All)
        {
            WriteAndRead(type, PizzeriaJson.Options);
            WriteAndRead(type, SystemTextJsonMessageSerializer.Options);
        }

        await bus.WaitForHealthStatus(BusHealthStatus.Healthy, cancellationToken);

        // MassTransit logs a canceled send as an error; here only the wait ends.
        await publisher
            .PublishAsync(new BusCheck { Process = arrival.Process }, traceParent: null, CancellationToken.None)
            .WaitAsync(cancellationToken);
        await arrival.Received.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Serializes and deserializes an event of the type without any values.</summary>
    private static void WriteAndRead(Type type, JsonSerializerOptions options)
    {
        var nothing = RuntimeHelpers.GetUninitializedObject(type);
        JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(nothing, type, options), type, options);
    }

    /// <summary>Connects the consumer of the message with the warm-up that waits for it.</summary>
    internal sealed class WarmUpMessageTracker
    {
        public Guid Process { get; } = Guid.NewGuid();

        public TaskCompletionSource Received { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Replicas receive each other's messages; only the process's own message counts.</summary>
    internal sealed class Consumer(WarmUpMessageTracker arrival) : IConsumer<BusCheck>
    {
        public Task Consume(ConsumeContext<BusCheck> context)
        {
            if (context.Message.Process == arrival.Process)
            {
                arrival.Received.TrySetResult();
            }

            return Task.CompletedTask;
        }
    }
}
