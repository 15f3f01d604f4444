using System.Text.Json.Serialization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>
/// Asks each process type how its messages are, and has it send back what it laid aside. The broker is theirs: the gateway has none.
/// </summary>
internal sealed class MessagesClient(HttpClient http, ReplicaAddresses addresses, Visitor visitor)
{
    /// <summary>Longer than the broker is tried for (3 s), and long enough to send thousands of messages back.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>All process types, side by side, in the order of their names here.</summary>
    /// <param name="withLetters">Whether what was laid aside is to be read, which takes it from its queue for a moment.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<ServiceMessages[]> Look(bool withLetters, CancellationToken cancellationToken) =>
        Task.WhenAll(
            addresses
                .All.Select(replica => replica.Service)
                .Distinct(StringComparer.Ordinal)
                .Select(async service => new ServiceMessages(service, await Look(service, withLetters, cancellationToken)))
        );

    /// <summary>Sends back what a process type has laid aside; or <c>not-found</c> where there is no such type, <c>unavailable</c>.</summary>
    public async Task<Outcome<SentBack>> SendBack(string service, CancellationToken cancellationToken) =>
        await Ask<SentBack>(HttpMethod.Post, service, "/internal/messaging/send-back", cancellationToken);

    private async Task<Messaging?> Look(string service, bool withLetters, CancellationToken cancellationToken) =>
        (
            await Ask<Messaging>(
                HttpMethod.Get,
                service,
                withLetters ? "/internal/messaging" : "/internal/messaging?shown=0",
                cancellationToken
            )
        ).Value;

    // Replicas share their queues: any of them will do. To send back twice is to send back once.
    private async Task<Outcome<T>> Ask<T>(HttpMethod method, string service, string path, CancellationToken cancellationToken)
    {
        Outcome<T> outcome = Fault.NotFound("process type", service);
        foreach (var replica in addresses.All.Where(replica => replica.Service == service))
        {
            outcome = await http.Send<T>(visitor, new HttpRequestMessage(method, new Uri(replica.Address, path)), cancellationToken);
            if (outcome.Succeeded || outcome.Fault.Slug != Slugs.Unavailable)
            {
                break;
            }
        }

        return outcome;
    }
}

/// <summary>The messages of one process type; null where it does not answer.</summary>
internal sealed record ServiceMessages(string Service, Messaging? Messaging);

/// <summary>How a process type stands with its broker.</summary>
internal enum BrokerState
{
    None,
    Unreachable,
    There,
}

/// <summary>What waits on both sides of the broker, and what was laid aside there.</summary>
internal sealed record Messaging(
    Outbox Outbox,
    BrokerState Broker,
    IReadOnlyList<QueueDepth> Queues,
    [property: JsonPropertyName("laidAside")] IReadOnlyList<AsideMessage> Aside
)
{
    /// <summary>How many messages were laid aside; <see cref="Aside"/> shows the first of them.</summary>
    public long AsideCount => Queues.Sum(queue => queue.LaidAside);
}

/// <summary>Events that wait to be published, counted no further than a bound; and since when.</summary>
internal sealed record Outbox(int Waiting, int Bound, DateTimeOffset? Oldest);

/// <summary>How full a queue is.</summary>
internal sealed record QueueDepth(string Queue, long Waiting, long Consumers, long LaidAside);

/// <summary>A message that could not be handled.</summary>
internal sealed record AsideMessage(string Queue, string? MessageId, string? Type, string? Fault, string? Retries, string? At, string Body);

/// <summary>How many messages were sent back.</summary>
internal sealed record SentBack(int Count);
