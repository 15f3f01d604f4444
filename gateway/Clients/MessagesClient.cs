using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.Gateway.Proxying;
using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>
/// Reads the messaging state of each process type and redrives its dead letters. The processes do this: the gateway has no broker
/// connection.
/// </summary>
internal sealed class MessagesClient(HttpClient http, Replicas replicas, Visitor visitor)
{
    /// <summary>The timeout: longer than a process tries to reach the broker (3 s), and enough to redrive thousands of messages.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Returns the messaging state of all process types, queried in parallel, in the order of <see cref="RouteTable"/>.</summary>
    /// <param name="withLetters">Whether to read the dead letters, which removes them from their queues for a moment.</param>
    public async Task<ServiceMessages[]> ReadAsync(bool withLetters, CancellationToken cancellationToken) =>
        await Task.WhenAll(
            (await ServicesAsync(cancellationToken)).Select(async service =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, AddressOf(service, withLetters ? "" : "?shown=0"));
                return new ServiceMessages(service, (await http.SendAsync<MessagingResponse>(visitor, request, cancellationToken)).Value);
            })
        );

    /// <summary>Redrives a process type's dead letters. Fails with <c>not-found</c> for an unknown type, or <c>unavailable</c>.</summary>
    public async Task<Result<RedriveResponse>> RedriveAsync(string service, CancellationToken cancellationToken)
    {
        if (!(await ServicesAsync(cancellationToken)).Contains(service))
        {
            return Error.NotFound("process type", service);
        }

        // A redrive is idempotent.
        var request = ServiceRequest.RepeatablePost(AddressOf(service, "/send-back").ToString());
        return await http.SendAsync<RedriveResponse>(visitor, request, cancellationToken);
    }

    // Replicas of a service share their queues, so any replica can answer.
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

/// <summary>The messaging state of one process type; null if the process does not answer.</summary>
internal sealed record ServiceMessages(string Service, MessagingResponse? Messaging);
