using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace MariosPizzeria.ServiceDefaults.Messaging;

/// <summary>The names of this process type's queues, as the bus makes them.</summary>
public sealed class QueueNames
{
    private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);

    /// <summary>All that were made so far, sorted.</summary>
    public IEnumerable<string> All => _names.Keys.Order(StringComparer.Ordinal);

    /// <summary>One is made.</summary>
    public void Add(string queue) => _names[queue] = true;
}

/// <summary>A message that was laid aside.</summary>
/// <param name="Queue">Where it would be consumed.</param>
/// <param name="MessageId">The event's id.</param>
/// <param name="Type">The event's name.</param>
/// <param name="Fault">What its consumer failed with; null where it never returned.</param>
/// <param name="Retries">How often it was tried again before.</param>
/// <param name="At">When it was laid aside.</param>
/// <param name="Body">The message as it was sent.</param>
public sealed record LaidAside(string Queue, string? MessageId, string? Type, string? Fault, string? Retries, string? At, string Body);

/// <summary>How full a queue is.</summary>
/// <param name="Queue">Where messages are consumed.</param>
/// <param name="Waiting">Not yet given to a consumer.</param>
/// <param name="Consumers">How many are there to take them.</param>
/// <param name="LaidAside">Could not be handled.</param>
public sealed record QueueDepth(string Queue, uint Waiting, uint Consumers, uint LaidAside);

/// <summary>
/// The queues in which messages lie that could not be handled. Looked at and emptied over a connection of its own, since only an
/// operator does it, and the bus offers no way.
/// </summary>
/// <param name="broker">Where they are; null where there is no broker.</param>
/// <param name="names">The queues of this process type.</param>
/// <param name="makeBus">Makes the bus, and so the names; starts nothing.</param>
public sealed class ErrorQueues(Uri? broker, QueueNames names, Func<object> makeBus) : IDisposable
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(3);

    private const string FaultPrefix = "MT-Fault-";
    private const string DeathPrefix = "x-death";
    private const string FirstDeathPrefix = "x-first-death";
    private const string LastDeathPrefix = "x-last-death";

    // Failed, and of a type that its consumer did not know: it may know it now.
    private static readonly string[] Suffixes = ["_error", "_skipped"];

    // The broker counts deliveries of a message; back in its queue it begins anew.
    private static readonly string[] OfTheFailure =
    [
        FaultPrefix,
        DeathPrefix,
        FirstDeathPrefix,
        LastDeathPrefix,
        "x-delivery-count",
        "MT-Reason",
        Redelivery.Header,
    ];

    // Who looks holds what it sees for a moment: another look of this process meanwhile would see less.
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    /// <summary>Whether there is a broker, and so any queue.</summary>
    public bool AreThere => broker is not null;

    /// <summary>How full every queue of this process type is, and how much was laid aside of it.</summary>
    public async Task<IReadOnlyList<QueueDepth>> Depths(CancellationToken cancellationToken)
    {
        if (!AreThere)
        {
            return [];
        }

        await using var connection = await Connect(cancellationToken);

        // Side by side: each is some round trips, and a page waits for all of them.
        return await Task.WhenAll(Names().Select(queue => Of(queue)));

        async Task<QueueDepth> Of(string queue)
        {
            var own = Depth(connection, queue, cancellationToken);
            var aside = await Task.WhenAll(Suffixes.Select(suffix => Depth(connection, queue + suffix, cancellationToken)));
            return new(
                queue,
                (await own)?.MessageCount ?? 0,
                (await own)?.ConsumerCount ?? 0,
                (uint)aside.Sum(laid => laid?.MessageCount ?? 0)
            );
        }
    }

    /// <summary>What lies in them, without taking it out.</summary>
    /// <param name="limit">So many of each queue at the most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<IReadOnlyList<LaidAside>> Look(int limit, CancellationToken cancellationToken) =>
        AreThere ? Alone(() => LookAtEach(limit, cancellationToken), cancellationToken) : Task.FromResult<IReadOnlyList<LaidAside>>([]);

    /// <summary>Sends back what lies in them now; what fails again meanwhile is left for another time.</summary>
    /// <returns>How many from each; of those that had any.</returns>
    public Task<IReadOnlyList<(string Queue, int Count)>> SendBack(CancellationToken cancellationToken) =>
        Alone(() => SendBackEach(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _oneAtATime.Dispose();

    private async Task<T> Alone<T>(Func<Task<T>> action, CancellationToken cancellationToken)
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

    private async Task<IReadOnlyList<LaidAside>> LookAtEach(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await Connect(cancellationToken);
        var found = await Task.WhenAll(Queues().Select(each => LookAt(connection, each.Queue, each.Aside, limit, cancellationToken)));
        return [.. found.SelectMany(messages => messages)];
    }

    private static async Task<IReadOnlyList<LaidAside>> LookAt(
        IConnection connection,
        string queue,
        string aside,
        int limit,
        CancellationToken cancellationToken
    )
    {
        // A channel for each: the broker closes one that names a queue which is not there.
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var found = new List<LaidAside>();
        var last = 0UL;
        while (found.Count < limit && await Take(channel, aside, cancellationToken) is { } message)
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

    private async Task<IReadOnlyList<(string Queue, int Count)>> SendBackEach(CancellationToken cancellationToken)
    {
        var sent = new List<(string, int)>();
        await using var connection = await Connect(cancellationToken);
        foreach (var (queue, aside) in Queues())
        {
            var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
            await using var channel = await connection.CreateChannelAsync(options, cancellationToken);
            var count = 0;
            for (var left = uint.MaxValue; left > 0 && await Take(channel, aside, cancellationToken) is { } message; count++)
            {
                left = Math.Min(left - 1, message.MessageCount);
                var properties = new BasicProperties(message.BasicProperties)
                {
                    Headers = new Dictionary<string, object?>(Cleared(message.BasicProperties.Headers) ?? [])
                    {
                        [QueueBacklog.RedrivenHeader] = 1,
                    },
                };

                // Confirmed in its queue before it leaves this one: an operator who is interrupted doubles it and loses none.
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

    // Null where there is no such queue; the broker closes the channel then.
    private static async Task<QueueDeclareOk?> Depth(IConnection connection, string queue, CancellationToken cancellationToken)
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

    private static async Task<BasicGetResult?> Take(IChannel channel, string queue, CancellationToken cancellationToken)
    {
        try
        {
            return await channel.BasicGetAsync(queue, autoAck: false, cancellationToken);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            // Nothing ever failed there.
            return null;
        }
    }

    private static LaidAside Describe(string queue, BasicGetResult message)
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

    // The envelope names the types that the message is: urn:message:{namespace}:{type}, the most derived first.
    private static string? TypeIn(string body)
    {
        const string Start = "urn:message:";
        var at = body.IndexOf(Start, StringComparison.Ordinal);
        var end = at < 0 ? -1 : body.IndexOf('"', at);
        return end < 0 ? null : body[at..end].Split(':')[^1];
    }

    /// <summary>The headers without what the broker and the bus wrote about earlier failures.</summary>
    internal static Dictionary<string, object?>? Cleared(IDictionary<string, object?>? headers) =>
        headers
            ?.Where(header => !OfTheFailure.Any(prefix => header.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            .ToDictionary(header => header.Key, header => header.Value, StringComparer.Ordinal);

    private Task<IConnection> Connect(CancellationToken cancellationToken) =>
        new ConnectionFactory
        {
            Uri = broker!,
            ClientProvidedName = "error queues",
            RequestedConnectionTimeout = ConnectWithin,
        }.CreateConnectionAsync(cancellationToken);

    private IEnumerable<(string Queue, string Aside)> Queues() =>
        Names().SelectMany(queue => Suffixes.Select(suffix => (queue, queue + suffix)));

    private IEnumerable<string> Names()
    {
        // Its making is what names the queues; it is not started.
        makeBus();
        return names.All;
    }
}
