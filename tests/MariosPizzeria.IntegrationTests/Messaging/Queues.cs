using System.Text;
using RabbitMQ.Client;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>The broker's queues, looked at from outside.</summary>
internal sealed class Queues : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private Queues(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public static async Task<Queues> Of(string broker)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync();
        return new(connection, await connection.CreateChannelAsync());
    }

    /// <summary>Takes the next message, once there is one.</summary>
    public async Task<Message> Take(string queue, TimeSpan? within = null)
    {
        BasicGetResult? message = null;
        await Servers.Eventually.Until(
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

    /// <summary>How many messages wait.</summary>
    public Task<uint> Waiting(string queue) => _channel.MessageCountAsync(queue);

    /// <summary>Sends something that none of ours would send.</summary>
    public async Task Send(string exchange, string body, string contentType = "application/vnd.masstransit+json") =>
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

/// <summary>A message as it lies in a queue.</summary>
internal sealed record Message(string Body, IReadOnlyDictionary<string, string> Headers);
