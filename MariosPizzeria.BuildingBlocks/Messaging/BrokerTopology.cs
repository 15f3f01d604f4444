using MassTransit;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>
/// Creates a process's queues without consuming from them. Messages published before a queue exists are lost to its consumers, so
/// <c>migrate</c> creates the queues, like the tables, before anything runs.
/// </summary>
internal sealed class BrokerTopology(IServiceProvider provider, BrokerConnectionMonitor watch, RetryQueues retries, RetiredQueues retired)
{
    // RabbitMQ is the slowest of the servers to start.
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Whether the bus of this process only creates its queues. Read when the bus is built.</summary>
    public bool DeployOnly { get; private set; }

    /// <summary>
    /// Creates missing exchanges, queues and bindings, and deletes retired queues. Idempotent; two concurrent runs are safe.
    /// </summary>
    /// <exception cref="TimeoutException">The broker did not answer within a minute.</exception>
    public async Task DeployAsync(CancellationToken cancellationToken)
    {
        try
        {
            await watch.WaitUntilConnectedAsync().WaitAsync(RequestTimeout, cancellationToken);
            DeployOnly = true;
            var bus = provider.GetRequiredService<IBusControl>();
            await bus.StartAsync(cancellationToken).WaitAsync(RequestTimeout, cancellationToken);
            // After the start everything exists. Occasionally the bus never stops (nor does its own DeployAsync); the process ends anyway.
            await bus.StopAsync(cancellationToken)
                .WaitAsync(StopTimeout, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await retries.DeployAsync(cancellationToken).WaitAsync(RequestTimeout, cancellationToken);
            await retired.RemoveAsync(cancellationToken).WaitAsync(RequestTimeout, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException("RabbitMQ does not answer.", e);
        }
    }
}
