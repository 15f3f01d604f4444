using System.Net.Sockets;
using System.Text.Json;
using MariosPizzeria.Gateway.Proxying;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Http.Resilience;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>
/// Asks every replica that this gateway is told of how it is, not one of them in turn, as calls do, but each; and itself.
/// </summary>
internal sealed class ReplicaHealth(HttpClient http, Replicas replicas, IServer server)
{
    /// <summary>Longer than a readiness check may take (2 s), and no longer than somebody looks at an empty page.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>All of them, side by side, in the order of their services and numbers.</summary>
    public async Task<ReplicaState[]> Look(CancellationToken cancellationToken)
    {
        List<ReplicaAddress> asked = [.. Itself()];
        foreach (var service in RouteTable.ProcessTypes)
        {
            var addresses = await replicas.FindAsync(service, cancellationToken);
            asked.AddRange(addresses.Select((address, number) => new ReplicaAddress(service, number, address)));
        }

        return await Task.WhenAll(asked.Select(replica => Look(replica, cancellationToken)));
    }

    private IEnumerable<ReplicaAddress> Itself() => server.AddressFromBeside() is { } address ? [new("gateway", 0, address)] : [];

    private async Task<ReplicaState> Look(ReplicaAddress replica, CancellationToken cancellationToken)
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

/// <summary>Where a replica is.</summary>
/// <param name="Service">As in <c>services__{name}__http__{n}</c>.</param>
/// <param name="Number">As there.</param>
/// <param name="Address">The base address.</param>
internal sealed record ReplicaAddress(string Service, int Number, Uri Address);

/// <summary>How a replica is; the first three are its own words.</summary>
internal enum ReplicaStatus
{
    Ready,
    Degraded,
    NotReady,

    /// <summary>It does not answer.</summary>
    Unreachable,

    /// <summary>Nobody listens: the address is kept for a stand-in, or the process is being started.</summary>
    Nobody,
}

/// <summary>What a replica said.</summary>
/// <param name="Replica">Which.</param>
/// <param name="Status">How it is.</param>
internal sealed record ReplicaState(ReplicaAddress Replica, ReplicaStatus Status)
{
    /// <summary>Each of its backing services.</summary>
    public IReadOnlyDictionary<string, ReplicaStatus> Checks { get; init; } = new Dictionary<string, ReplicaStatus>(StringComparer.Ordinal);
}

/// <summary>Registers it.</summary>
internal static class ReplicaHealthRegistration
{
    public static void AddReplicaHealth(this WebApplicationBuilder builder)
    {
        foreach (var service in RouteTable.Unrouted)
        {
            builder.CheckService(service);
        }

        builder.Services.AddHttpClient<ReplicaHealth>(client => client.Timeout = ReplicaHealth.Patience);
        builder
            .Services.AddHttpClient<MessagesClient>()
            .AddResilience(ResiliencePolicy.Service with { Timeout = MessagesClient.Timeout, Retries = 1 })
            .SelectPipelineByAuthority();
    }
}
