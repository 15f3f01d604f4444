using System.Text;
using RabbitMQ.Client;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>Direct access to the broker's queues.</summary>
internal sealed class Queues : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private Queues(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public static async Task<Queues> OfAsync(string broker)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync();
        return new(connection, await connection.CreateChannelAsync());
    }

    /// <summary>Takes the next message and waits until there is one.</summary>
    public async Task<Message> TakeAsync(string queue, TimeSpan? within = null)
    {
        BasicGetResult? message = null;
        await Servers.Eventually.UntilAsync(
            $"a message is in {queue}",
            async () => (message = await _channel.BasicGetAsync(queue, autoAck: true)) is not null,
            within
        );
        var headers = message!.BasicProperties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal);
        return new(
            Encoding.UTF8.GetString(message.Body.Span),
            headers.ToDictionary(header => header.Key, header => Text(header.Value), StringComparer.Ordinal)
        );
    }

    /// <summary>Returns the number of messages that wait in a queue.</summary>
    public Task<uint> WaitingAsync(string queue) => _channel.MessageCountAsync(queue);

    /// <summary>Publishes a message that no process of the product would send.</summary>
    public async Task SendAsync(string exchange, string body, string contentType = "application/vnd.masstransit+json") =>
        await _channel.BasicPublishAsync(
            exchange,
            routingKey: "",
            mandatory: false,
            new BasicProperties { ContentType = contentType },
            Encoding.UTF8.GetBytes(body)
        );

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static string Text(object? value) =>
        value switch
        {
            byte[] bytes => Encoding.UTF8.GetString(bytes),
            IEnumerable<object?> list => string.Join(", ", list.Select(Text)),
            IDictionary<string, object?> table => string.Join(" ", table.Select(pair => $"{pair.Key}={Text(pair.Value)}")),
            _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "",
        };
}

/// <summary>A message as it waits in a queue.</summary>
internal sealed record Message(string Body, IReadOnlyDictionary<string, string> Headers);
