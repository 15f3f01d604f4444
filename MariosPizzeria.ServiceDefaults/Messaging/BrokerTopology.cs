using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.ServiceDefaults.Messaging;

/// <summary>
/// Makes a process's queues without consuming from them. What is published before a queue exists is lost to its consumers, so they
/// are made before anything runs: by <c>migrate</c>, as the tables are.
/// </summary>
internal sealed class BrokerTopology(IServiceProvider provider, BrokerWatch watch)
{
    // RabbitMQ is the slowest of the servers to start.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    /// <summary>Whether the bus of this process only makes its queues. Looked at when the bus is built.</summary>
    public bool IsAllThereIsToDo { get; private set; }

    /// <summary>Makes exchanges, queues and bindings where they lack. Twice equals once; two at the same time are safe.</summary>
    /// <exception cref="TimeoutException">The broker did not answer within a minute.</exception>
    public async Task Deploy(CancellationToken cancellationToken)
    {
        try
        {
            await watch.WaitUntilThere().WaitAsync(Patience, cancellationToken);
            IsAllThereIsToDo = true;
            var bus = provider.GetRequiredService<IBusControl>();
            await bus.StartAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
            // Started, it has made everything. Now and then it never stops (its own DeployAsync neither); the process ends anyway.
            await bus.StopAsync(cancellationToken)
                .WaitAsync(Farewell, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException("RabbitMQ does not answer.", e);
        }
    }
}
