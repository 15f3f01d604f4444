using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace MariosPizzeria.Gateway.Proxying;

/// <summary>
/// Excludes a replica that refuses a connection from load balancing for two seconds. The active probes detect it too, but they run once
/// a second; this covers the requests in between.
/// </summary>
internal sealed class RefusedConnections(IDestinationHealthUpdater health) : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "RefusedConnections";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public string Name => PolicyName;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        if (context.Features.Get<IForwarderErrorFeature>() is { } error && error.WasRefused())
        {
            health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, Pause);
        }
    }
}

/// <summary>Distinguishes requests that were never sent from requests that may have arrived.</summary>
internal static class ForwarderErrors
{
    /// <summary>Whether no connection was established, so that the replica has not received any part of the request.</summary>
    public static bool WasRefused(this IForwarderErrorFeature error) =>
        error.Exception switch
        {
            HttpRequestException e => e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError,
            // A connect timeout has this inner exception; the activity timeout does not.
            TaskCanceledException { InnerException: TimeoutException } => true,
            _ => error.Error is ForwarderError.NoAvailableDestinations,
        };
}
