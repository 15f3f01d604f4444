using MariosPizzeria.Contracts.V1;
using MariosPizzeria.ServiceDefaults.Hosting;
using MassTransit;

namespace MariosPizzeria.ServiceDefaults.Messaging;

/// <summary>What a process says to itself over the bus, once; no event, and nobody else hears it.</summary>
public sealed record BusCheck(Guid Process);

/// <summary>Sends a message, the way the relay does, to the broker and back, through a queue that ends with the process.</summary>
internal sealed class BusWarmUp(IBusControl bus, BusWarmUp.Arrival arrival) : IWarmUp
{
    public async Task Run(CancellationToken cancellationToken)
    {
        foreach (var type in EventCatalog.All)
        {
            _ = PizzeriaJson.Options.GetTypeInfo(type);
        }

        await bus.WaitForHealthStatus(BusHealthStatus.Healthy, cancellationToken);
        await bus.Publish(new BusCheck(arrival.Process), cancellationToken);
        await arrival.Arrived.Task.WaitAsync(cancellationToken);
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
