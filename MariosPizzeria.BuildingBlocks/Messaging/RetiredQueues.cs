using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>A queue that the previous release consumed and this one does not; its messages are not needed.</summary>
/// <param name="Name">The queue; its exchange has the same name.</param>
public sealed record RetiredQueue(string Name);

/// <summary>
/// Deletes queues that this release does not consume. A process of the previous release that still runs continues to consume its queue, and
/// declares exchange and queue again when it starts; therefore the queue is deleted by the first migration that finds it without a
/// consumer.
/// </summary>
internal sealed class RetiredQueues(Uri broker, IEnumerable<RetiredQueue> retired)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Deletes the exchanges, and the queues without a consumer. Idempotent.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<RetiredQueue> all = [.. retired];
        if (all.Count == 0)
        {
            return;
        }

        var factory = new ConnectionFactory
        {
            Uri = broker,
            ClientProvidedName = "retired queues",
            RequestedConnectionTimeout = ConnectTimeout,
        };
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        foreach (var queue in all)
        {
            // After this, nothing is routed to the queue. Deleting an exchange that does not exist is no error.
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await channel.ExchangeDeleteAsync(queue.Name, cancellationToken: cancellationToken);
            if (await ConsumersAsync(connection, queue.Name, cancellationToken) == 0)
            {
                await channel.QueueDeleteAsync(queue.Name, ifUnused: false, ifEmpty: false, cancellationToken: cancellationToken);
            }
        }
    }

    // Queried, because a quorum queue can't be deleted on the condition that it is unused. Null if there is no such queue.
    private static async Task<uint?> ConsumersAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, cancellationToken)).ConsumerCount;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }
}
