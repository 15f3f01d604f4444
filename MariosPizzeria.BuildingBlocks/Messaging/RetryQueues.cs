using RabbitMQ.Client;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>
/// Creates the queues in which messages wait for a retry, before anything runs. A broker that is killed within about a second of creating a
/// queue has lost it after its restart, with the messages that it confirmed there. A queue that is created at the first failure would be
/// newest exactly when servers are failing.
/// </summary>
internal sealed class RetryQueues(Uri broker)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Creates the exchanges, queues and bindings. Idempotent.</summary>
    public async Task DeployAsync(CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            Uri = broker,
            ClientProvidedName = "retry queues",
            RequestedConnectionTimeout = ConnectTimeout,
        };
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        foreach (var (name, arguments) in Redelivery.Queues)
        {
            await channel.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
            await channel.QueueDeclareAsync(
                name,
                durable: true,
                exclusive: false,
                autoDelete: false,
                arguments.ToDictionary(argument => argument.Key, object? (argument) => argument.Value, StringComparer.Ordinal),
                cancellationToken: cancellationToken
            );
            await channel.QueueBindAsync(name, name, routingKey: "", cancellationToken: cancellationToken);
        }
    }
}
