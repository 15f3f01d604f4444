using System.Text.Json.Serialization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Proxying;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>
/// Asks each process type how its messages are, and has it send back what it laid aside. The broker is theirs: the gateway has none.
/// </summary>
internal sealed class MessagesClient(HttpClient http, Replicas replicas, Visitor visitor)
{
    /// <summary>Longer than the broker is tried for (3 s), and long enough to send thousands of messages back.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>All process types, side by side, in the order of their names here.</summary>
    /// <param name="withLetters">Whether what was laid aside is to be read, which takes it from its queue for a moment.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ServiceMessages[]> Look(bool withLetters, CancellationToken cancellationToken) =>
        await Task.WhenAll(
            (await ServicesAsync(cancellationToken)).Select(async service =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, AddressOf(service, withLetters ? "" : "?shown=0"));
                return new ServiceMessages(service, (await http.Send<Messaging>(visitor, request, cancellationToken)).Value);
            })
        );

    /// <summary>Sends back what a process type has laid aside; or <c>not-found</c> where there is no such type, <c>unavailable</c>.</summary>
    public async Task<Outcome<SentBack>> SendBack(string service, CancellationToken cancellationToken)
    {
        if (!(await ServicesAsync(cancellationToken)).Contains(service))
        {
            return Fault.NotFound("process type", service);
        }

        // To send back twice is to send back once.
        var request = new HttpRequestMessage(HttpMethod.Post, AddressOf(service, "/send-back"));
        request.Options.Set(ServiceRequest.Repeatable, value: true);
        return await http.Send<SentBack>(visitor, request, cancellationToken);
    }

    // Replicas share their queues: any of them will do.
    private static Uri AddressOf(string service, string rest) => new(Replicas.AddressOf(service), $"internal/messaging{rest}");

    private async Task<List<string>> ServicesAsync(CancellationToken cancellationToken)
    {
        var services = new List<string>();
        foreach (var service in RouteTable.ProcessTypes)
        {
            if ((await replicas.FindAsync(service, cancellationToken)).Count > 0)
            {
                services.Add(service);
            }
        }

        return services;
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
