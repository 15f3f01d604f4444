using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Clients;
using MariosPizzeria.Gateway.Proxying;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Http.Resilience;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>
/// Queries the health of every replica that this gateway is configured with, each one directly and without load balancing, and its own.
/// </summary>
internal sealed class ReplicaHealth(
    HttpClient http,
    Replicas replicas,
    IServer server,
    AccessTokenIssuer tokens,
    ServiceIdentity identity,
    ProcessStatus itself,
    Visitor visitor
)
{
    /// <summary>The timeout: longer than a readiness check may take (2 s), and short enough for loading a page.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Returns the state of all replicas, queried in parallel, in the order of their services and numbers.</summary>
    public async Task<ReplicaState[]> CheckAsync(CancellationToken cancellationToken)
    {
        List<ReplicaAddress> asked = [.. OwnStatus()];
        foreach (var service in RouteTable.ProcessTypes)
        {
            var addresses = await replicas.FindAsync(service, cancellationToken);
            asked.AddRange(addresses.Select((address, number) => new ReplicaAddress(service, number, address)));
        }

        return await Task.WhenAll(asked.Select(replica => CheckAsync(replica, cancellationToken)));
    }

    /// <summary>Returns a replica's last log lines, for managers. Fails with <c>not-found</c> or <c>unavailable</c>.</summary>
    public async Task<Result<ProcessLogResponse>> ReadLogAsync(string service, int number, CancellationToken cancellationToken)
    {
        if (service == identity.Name)
        {
            return await itself.ReadLogAsync(cancellationToken);
        }

        var addresses = RouteTable.ProcessTypes.Contains(service, StringComparer.Ordinal)
            ? await replicas.FindAsync(service, cancellationToken)
            : [];
        return number >= 0 && number < addresses.Count
            ? await http.SendAsync<ProcessLogResponse>(
                visitor,
                new HttpRequestMessage(HttpMethod.Get, new Uri(addresses[number], $"{ProcessStatus.Path}/log")),
                cancellationToken
            )
            : Error.NotFound("process", $"{service}/{number}");
    }

    private IEnumerable<ReplicaAddress> OwnStatus() => server.ReachableAddress() is { } address ? [new(identity.Name, 0, address)] : [];

    private async Task<ReplicaState> CheckAsync(ReplicaAddress replica, CancellationToken cancellationToken)
    {
        var told = AskAsync(replica, cancellationToken);
        var state = await LookAtReadinessAsync(replica, cancellationToken);
        return state with { Process = await told };
    }

    // Returns a process's description of itself; null if it does not answer or its release has no such endpoint.
    private async Task<ProcessResponse?> AskAsync(ReplicaAddress replica, CancellationToken cancellationToken)
    {
        if (replica.Service == identity.Name)
        {
            return itself.Read();
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(replica.Address, ProcessStatus.Path));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.ForService(identity.Name));
            using var response = await http.SendAsync(request, cancellationToken);
            return
                response.IsSuccessStatusCode
                && await response.Content.ReadFromJsonAsync<ProcessResponse>(PizzeriaJson.Options, cancellationToken)
                    is { Version.Length: > 0 } told
                ? told
                : null;
        }
        catch (Exception e)
            when (e is HttpRequestException or JsonException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<ReplicaState> LookAtReadinessAsync(ReplicaAddress replica, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(replica.Address, "/health/ready"), cancellationToken);
            var answer = await response.Content.ReadFromJsonAsync<ReadinessAnswer>(PizzeriaJson.Options, cancellationToken);
            return new(replica, answer?.Status ?? ReplicaStatus.NotReady)
            {
                Checks = answer?.Checks ?? new Dictionary<string, ReplicaStatus>(StringComparer.Ordinal),
            };
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
        {
            return new(replica, ReplicaStatus.Nobody);
        }
        catch (Exception e)
            when (e is HttpRequestException or JsonException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new(replica, ReplicaStatus.Unreachable);
        }
    }

    private sealed record ReadinessAnswer(ReplicaStatus Status, Dictionary<string, ReplicaStatus>? Checks);
}

/// <summary>The address of a replica.</summary>
/// <param name="Service">The name in <c>services__{name}__http__{n}</c>.</param>
/// <param name="Number">The number in <c>services__{name}__http__{n}</c>.</param>
/// <param name="Address">The base address.</param>
internal sealed record ReplicaAddress(string Service, int Number, Uri Address);

/// <summary>The state of a replica. The first three values are what the replica reports.</summary>
internal enum ReplicaStatus
{
    Ready,
    Degraded,
    NotReady,

    /// <summary>The replica does not answer.</summary>
    Unreachable,

    /// <summary>The connection is refused: the address is reserved for a spare replica, or the process is starting.</summary>
    Nobody,
}

/// <summary>The result of a replica's health query.</summary>
/// <param name="Replica">The replica.</param>
/// <param name="Status">Its state.</param>
internal sealed record ReplicaState(ReplicaAddress Replica, ReplicaStatus Status)
{
    public IReadOnlyDictionary<string, ReplicaStatus> Checks { get; init; } = new Dictionary<string, ReplicaStatus>(StringComparer.Ordinal);

    /// <summary>The process's description of itself; null if there is none.</summary>
    public ProcessResponse? Process { get; init; }
}

internal static class ReplicaHealthRegistration
{
    public static void AddReplicaHealth(this WebApplicationBuilder builder)
    {
        foreach (var service in RouteTable.Unrouted)
        {
            builder.CheckService(service);
        }

        builder.Services.AddHttpClient<ReplicaHealth>(client => client.Timeout = ReplicaHealth.RequestTimeout);
        builder
            .Services.AddHttpClient<MessagesClient>()
            .AddResilience(ResiliencePolicy.Service with { Timeout = MessagesClient.Timeout, Retries = 1 })
            .SelectPipelineByAuthority();
    }
}
