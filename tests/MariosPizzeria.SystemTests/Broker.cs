using RabbitMQ.Client;

namespace MariosPizzeria.SystemTests;

/// <summary>The system's RabbitMQ, as an operator reaches it.</summary>
public sealed class Broker : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private Broker(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    /// <summary>Connects with the system's own user.</summary>
    public static async Task<Broker> Connect(string address, string password)
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
    /// Redirects what is published for a queue to another queue, which nobody consumes: a running consumer takes messages faster than
    /// its queue can be purged.
    /// </summary>
    public async Task<RedirectedQueue> Redirect(string queue)
    {
        var aside = await Collect(queue);
        await _channel.QueueUnbindAsync(queue, queue, routingKey: "");
        return new(this, queue, aside);
    }

    /// <summary>Makes a queue that gets what is published to an exchange, until this connection ends.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> Collect(string exchange)
    {
        var queue = (await _channel.QueueDeclareAsync()).QueueName;
        await _channel.QueueBindAsync(queue, exchange, routingKey: "");
        return queue;
    }

    /// <summary>How many messages wait in a queue.</summary>
    public Task<uint> Waiting(string queue) => _channel.MessageCountAsync(queue);

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>A queue whose messages wait elsewhere. Its consumers get messages again once it is disposed.</summary>
    public sealed class RedirectedQueue(Broker broker, string queue, string aside) : IAsyncDisposable
    {
        /// <summary>Waits until so many messages wait, and purges them.</summary>
        public async Task Purge(int messages, TimeSpan within)
        {
            await Eventually.Gives(
                () => broker.Waiting(aside),
                waiting => waiting == messages,
                within,
                $"{messages} messages for {queue} wait"
            );
            (await broker._channel.QueuePurgeAsync(aside)).ShouldBe((uint)messages);
        }

        public async ValueTask DisposeAsync()
        {
            await broker._channel.QueueBindAsync(queue, queue, routingKey: "");
            await broker._channel.QueueDeleteAsync(aside);
        }
    }
}
