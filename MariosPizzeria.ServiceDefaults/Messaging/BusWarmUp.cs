using System.Runtime.CompilerServices;
using System.Text.Json;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.ServiceDefaults.Hosting;
using MassTransit;
using MassTransit.Serialization;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.ServiceDefaults.Messaging;

/// <summary>What a process says to itself over the bus, once; nobody else hears it.</summary>
public sealed record BusCheck : Event
{
    /// <summary>The process that says it.</summary>
    public required Guid Process { get; init; }
}

/// <summary>Sends a message, the way the relay does, to the broker and back, through a queue that ends with the process.</summary>
internal sealed class BusWarmUp(IBusControl bus, EventPublisher publisher, BusWarmUp.Arrival arrival) : IWarmUp
{
    public async Task Run(CancellationToken cancellationToken)
    {
        foreach (var type in EventCatalog.All)
        {
            WriteAndRead(type, PizzeriaJson.Options);
            WriteAndRead(type, SystemTextJsonMessageSerializer.Options);
        }

        await bus.WaitForHealthStatus(BusHealthStatus.Healthy, cancellationToken);
        await publisher.Publish(new BusCheck { Process = arrival.Process }, traceParent: null, cancellationToken);
        await arrival.Arrived.Task.WaitAsync(cancellationToken);
    }

    /// <summary>An event of which nothing is known but its type.</summary>
    private static void WriteAndRead(Type type, JsonSerializerOptions options)
    {
        var nothing = RuntimeHelpers.GetUninitializedObject(type);
        JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(nothing, type, options), type, options);
    }

    /// <summary>Where the message and the process that waits for it meet.</summary>
    internal sealed class Arrival
    {
        public Guid Process { get; } = Guid.NewGuid();

        public TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Replicas hear each other's; only the own one counts.</summary>
    internal sealed class Consumer(Arrival arrival) : IConsumer<BusCheck>
    {
        public Task Consume(ConsumeContext<BusCheck> context)
        {
            if (context.Message.Process == arrival.Process)
            {
                arrival.Arrived.TrySetResult();
            }

            return Task.CompletedTask;
        }
    }
}
