using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace MariosPizzeria.SystemTests;

/// <summary>The system's RabbitMQ, accessed as an operator does.</summary>
public sealed class Broker : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private Broker(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    /// <summary>Connects with the system's own user.</summary>
    public static async Task<Broker> ConnectAsync(string address, string password)
    {
        var connection = await new ConnectionFactory
        {
            Uri = new Uri($"amqp://{address}"),
            UserName = "guest",
            Password = password,
        }.CreateConnectionAsync();
        return new(connection, await connection.CreateChannelAsync());
    }

    /// <summary>
    /// Redirects the messages that are published for a queue to another queue without consumers: a running consumer takes messages faster
    /// than its queue can be purged.
    /// </summary>
    public async Task<RedirectedQueue> RedirectAsync(string queue)
    {
        var aside = await CollectAsync(queue);
        await _channel.QueueUnbindAsync(queue, queue, routingKey: "");
        return new(this, queue, aside);
    }

    /// <summary>Creates a queue that gets the messages published to an exchange, until this connection ends.</summary>
    /// <returns>The queue's name.</returns>
    public async Task<string> CollectAsync(string exchange)
    {
        var queue = (await _channel.QueueDeclareAsync()).QueueName;
        await _channel.QueueBindAsync(queue, exchange, routingKey: "");
        return queue;
    }

    /// <summary>Publishes a message in the bus's format directly to a queue.</summary>
    public async Task PublishAsync(string queue, string envelope) =>
        await _channel.BasicPublishAsync(
            exchange: "",
            routingKey: queue,
            mandatory: true,
            new BasicProperties { ContentType = "application/vnd.masstransit+json" },
            Encoding.UTF8.GetBytes(envelope)
        );

    /// <summary>Deletes the messages that wait in a queue.</summary>
    public Task PurgeAsync(string queue) => _channel.QueuePurgeAsync(queue);

    /// <summary>Returns the number of messages that wait in a queue.</summary>
    public Task<uint> WaitingAsync(string queue) => _channel.MessageCountAsync(queue);

    /// <summary>Returns the number of waiting messages; 0 if the queue does not exist: the first failing message creates it.</summary>
    public async Task<uint> WaitingIfThereAsync(string queue)
    {
        // The broker closes a channel that names a queue that does not exist.
        await using var channel = await _connection.CreateChannelAsync();
        try
        {
            return await channel.MessageCountAsync(queue);
        }
        catch (OperationInterruptedException)
        {
            return 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>A queue whose messages are redirected. Its consumers get messages again once this is disposed.</summary>
    public sealed class RedirectedQueue(Broker broker, string queue, string aside) : IAsyncDisposable
    {
        /// <summary>Waits until this number of messages wait, or more if some were published twice, and purges them.</summary>
        public async Task PurgeAsync(int messages)
        {
            await Eventually.GivesAsync(
                () => broker.WaitingAsync(aside),
                waiting => waiting >= messages,
                $"{messages} messages for {queue} wait"
            );
            (await broker._channel.QueuePurgeAsync(aside)).ShouldBeGreaterThanOrEqualTo((uint)messages);
        }

        public async ValueTask DisposeAsync()
        {
            await broker._channel.QueueBindAsync(queue, queue, routingKey: "");
            await broker._channel.QueueDeleteAsync(aside);
        }
    }
}
