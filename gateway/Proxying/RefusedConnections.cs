using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace MariosPizzeria.Gateway.Proxying;

/// <summary>
/// A replica that refuses a connection gets no requests for a moment. The probes, one a second, find it too; this is for the
/// requests of the second between.
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

/// <summary>Tells a request that never left from one that may have arrived.</summary>
internal static class ForwarderErrors
{
    /// <summary>Whether no connection came about, so that the replica has seen nothing of the request.</summary>
    public static bool WasRefused(this IForwarderErrorFeature error) =>
        error.Exception switch
        {
            HttpRequestException e => e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError,
            // The form of a connect timeout; the activity timeout's has no such cause.
            TaskCanceledException { InnerException: TimeoutException } => true,
            _ => error.Error is ForwarderError.NoAvailableDestinations,
        };
}
