using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Serialization;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>The names of this process type's queues, collected while the bus is built.</summary>
public sealed class QueueNames
{
    private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);

    /// <summary>All names that were added, sorted.</summary>
    public IEnumerable<string> All => _names.Keys.Order(StringComparer.Ordinal);

    /// <summary>Adds the name of a queue.</summary>
    public void Add(string queue) => _names[queue] = true;
}

/// <summary>A message that could not be handled.</summary>
/// <param name="Queue">The queue from which it would be consumed.</param>
/// <param name="MessageId">The event's id.</param>
/// <param name="Type">The event's name.</param>
/// <param name="Fault">The message of its consumer's exception; null if the consumer never returned.</param>
/// <param name="Retries">The number of retries before.</param>
/// <param name="At">When it was moved to its dead-letter queue.</param>
/// <param name="Body">The message as it was sent.</param>
public sealed record DeadLetter(string Queue, string? MessageId, string? Type, string? Fault, string? Retries, string? At, string Body);

/// <summary>The number of messages and consumers of a queue.</summary>
/// <param name="Queue">The queue from which messages are consumed.</param>
/// <param name="Waiting">The number of messages not yet delivered to a consumer.</param>
/// <param name="Consumers">The number of connected consumers.</param>
/// <param name="DeadLetters">The number of messages that could not be handled.</param>
public sealed record QueueDepth(string Queue, uint Waiting, uint Consumers, [property: JsonPropertyName("laidAside")] uint DeadLetters);

/// <summary>
/// The queues of messages that could not be handled. They are read and emptied over a separate connection, because only an operator does so
/// and the bus has no API for it.
/// </summary>
/// <param name="broker">The broker's address; null if there is no broker.</param>
/// <param name="names">The queues of this process type.</param>
/// <param name="makeBus">Builds the bus, and thereby the queue names; does not start it.</param>
public sealed class DeadLetterQueues(Uri? broker, QueueNames names, Func<object> makeBus) : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    // The bus describes a failure in a varying number of headers, all of which begin with this text.
    private const string FaultPrefix = "MT-Fault-";

    // Failed messages, and messages of a type that their consumer did not know; a newer consumer may know it.
    private static readonly string[] Suffixes = ["_error", "_skipped"];

    // The broker counts the deliveries of a message; back in its queue the count starts again.
    private static readonly HashSet<string> FailureHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "x-death",
        "x-first-death-exchange",
        "x-first-death-queue",
        "x-first-death-reason",
        "x-last-death-exchange",
        "x-last-death-queue",
        "x-last-death-reason",
        "x-delivery-count",
        "MT-Reason",
        Redelivery.Header,
    };

    // Reading holds the messages unacknowledged for a moment; a concurrent call in this process would see fewer of them.
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    /// <summary>Whether there is a broker, and therefore any queue.</summary>
    public bool HasBroker => broker is not null;

    /// <summary>Returns the number of messages in every queue of this process type, and of its dead letters.</summary>
    public async Task<IReadOnlyList<QueueDepth>> GetDepthsAsync(CancellationToken cancellationToken)
    {
        if (!HasBroker)
        {
            return [];
        }

        await using var connection = await ConnectAsync(cancellationToken);

        // In parallel: each queue needs several round trips, and a page waits for all of them.
        return await Task.WhenAll(Names().Select(queue => Of(queue)));

        async Task<QueueDepth> Of(string queue)
        {
            var own = DepthAsync(connection, queue, cancellationToken);
            var aside = await Task.WhenAll(Suffixes.Select(suffix => DepthAsync(connection, queue + suffix, cancellationToken)));
            return new(
                queue,
                (await own)?.MessageCount ?? 0,
                (await own)?.ConsumerCount ?? 0,
                (uint)aside.Sum(laid => laid?.MessageCount ?? 0)
            );
        }
    }

    /// <summary>Returns the messages in the dead-letter queues without removing them.</summary>
    /// <param name="limit">The maximum number of messages of each queue.</param>
    public Task<IReadOnlyList<DeadLetter>> PeekAsync(int limit, CancellationToken cancellationToken) =>
        HasBroker
            ? AloneAsync(() => PeekQueuesAsync(limit, cancellationToken), cancellationToken)
            : Task.FromResult<IReadOnlyList<DeadLetter>>([]);

    /// <summary>
    /// Sends back the messages that are in the dead-letter queues at the start; messages that fail again stay for a later redrive.
    /// </summary>
    /// <returns>The number of messages from each queue that had any.</returns>
    public Task<IReadOnlyList<(string Queue, int Count)>> RedriveAsync(CancellationToken cancellationToken) =>
        AloneAsync(() => RedriveQueuesAsync(cancellationToken), cancellationToken);

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<T> AloneAsync<T>(Func<Task<T>> action, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            return await action();
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<IReadOnlyList<DeadLetter>> PeekQueuesAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        var found = await Task.WhenAll(
            Queues().Select(each => PeekQueueAsync(connection, each.Queue, each.Aside, limit, cancellationToken))
        );
        return [.. found.SelectMany(messages => messages)];
    }

    private static async Task<IReadOnlyList<DeadLetter>> PeekQueueAsync(
        IConnection connection,
        string queue,
        string aside,
        int limit,
        CancellationToken cancellationToken
    )
    {
        // One channel per queue: the broker closes a channel that names a queue that does not exist.
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var found = new List<DeadLetter>();
        var last = 0UL;
        while (found.Count < limit && await TakeAsync(channel, aside, cancellationToken) is { } message)
        {
            found.Add(Describe(queue, message));
            last = message.DeliveryTag;
        }

        if (last > 0)
        {
            await channel.BasicNackAsync(last, multiple: true, requeue: true, CancellationToken.None);
        }

        return found;
    }

    private async Task<IReadOnlyList<(string Queue, int Count)>> RedriveQueuesAsync(CancellationToken cancellationToken)
    {
        var sent = new List<(string, int)>();
        await using var connection = await ConnectAsync(cancellationToken);
        foreach (var (queue, aside) in Queues())
        {
            var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
            await using var channel = await connection.CreateChannelAsync(options, cancellationToken);
            var count = 0;
            for (var left = uint.MaxValue; left > 0 && await TakeAsync(channel, aside, cancellationToken) is { } message; count++)
            {
                left = Math.Min(left - 1, message.MessageCount);
                var properties = new BasicProperties(message.BasicProperties)
                {
                    Headers = new Dictionary<string, object?>(WithoutFailureHeaders(message.BasicProperties.Headers) ?? [])
                    {
                        [QueueBacklog.RedrivenHeader] = 1,
                    },
                };

                // Confirmed in the target queue before it is removed from this one: an interrupted redrive may duplicate a message but
                // loses none.
                await channel.BasicPublishAsync("", queue, mandatory: true, properties, message.Body, cancellationToken);
                await channel.BasicAckAsync(message.DeliveryTag, multiple: false, CancellationToken.None);
            }

            if (count > 0)
            {
                sent.Add((aside, count));
            }
        }

        return sent;
    }

    // Null if there is no such queue; the broker then closes the channel.
    private static async Task<QueueDeclareOk?> DepthAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }

    private static async Task<BasicGetResult?> TakeAsync(IChannel channel, string queue, CancellationToken cancellationToken)
    {
        try
        {
            return await channel.BasicGetAsync(queue, autoAck: false, cancellationToken);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            // No message has failed there yet, so the queue does not exist.
            return null;
        }
    }

    private static DeadLetter Describe(string queue, BasicGetResult message)
    {
        var headers = message.BasicProperties.Headers;
        var body = Encoding.UTF8.GetString(message.Body.Span);
        return new(
            queue,
            message.BasicProperties.MessageId,
            TypeIn(body) ?? Header(FaultPrefix + "MessageType"),
            Header(FaultPrefix + "Message"),
            Header(FaultPrefix + "RetryCount") ?? Header(Redelivery.Header),
            Header(FaultPrefix + "Timestamp"),
            body
        );

        string? Header(string name) =>
            headers?.TryGetValue(name, out var value) == true
                ? value is byte[] text
                    ? Encoding.UTF8.GetString(text)
                    : Convert.ToString(value, CultureInfo.InvariantCulture)
                : null;
    }

    // The envelope lists the types of the message: urn:message:{namespace}:{type}, the most derived first.
    private static string? TypeIn(string body)
    {
        const string Start = "urn:message:";
        var at = body.IndexOf(Start, StringComparison.Ordinal);
        var end = at < 0 ? -1 : body.IndexOf('"', at);
        return end < 0 ? null : body[at..end].Split(':')[^1];
    }

    /// <summary>Returns the headers without those that the broker and the bus wrote about earlier failures.</summary>
    internal static Dictionary<string, object?>? WithoutFailureHeaders(IDictionary<string, object?>? headers) =>
        headers
            ?.Where(header =>
                !FailureHeaders.Contains(header.Key) && !header.Key.StartsWith(FaultPrefix, StringComparison.OrdinalIgnoreCase)
            )
            .ToDictionary(header => header.Key, header => header.Value, StringComparer.Ordinal);

    private Task<IConnection> ConnectAsync(CancellationToken cancellationToken) =>
        new ConnectionFactory
        {
            Uri = broker!,
            ClientProvidedName = "error queues",
            RequestedConnectionTimeout = ConnectTimeout,
        }.CreateConnectionAsync(cancellationToken);

    private IEnumerable<(string Queue, string Aside)> Queues() =>
        Names().SelectMany(queue => Suffixes.Select(suffix => (queue, queue + suffix)));

    private IEnumerable<string> Names()
    {
        // Building the bus adds the names of the queues; the bus is not started.
        makeBus();
        return names.All;
    }
}
