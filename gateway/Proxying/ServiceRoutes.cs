using System.Collections.Frozen;
using System.Net;
using System.Text;
using MariosPizzeria.Gateway.Limits;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Transforms;

namespace MariosPizzeria.Gateway.Proxying;

/// <summary>The way from the public door to every replica of every service.</summary>
internal static class ServiceRoutes
{
    private static readonly FrozenDictionary<string, ServiceRoute> ById = RouteTable.Routes.ToFrozenDictionary(
        route => route.Path,
        StringComparer.Ordinal
    );

    public static void AddServiceRoutes(this WebApplicationBuilder builder)
    {
        foreach (var service in RouteTable.Services)
        {
            builder.RequireService(service);
        }

        builder.Services.AddSingleton<IPassiveHealthCheckPolicy, RefusedConnections>();
        builder.Services.AddSingleton<Answers>();
        builder
            .Services.AddReverseProxy()
            .LoadFromMemory([.. RouteTable.Routes.Select(ToRoute)], [.. RouteTable.Services.Select(ToCluster)])
            .AddServiceDiscoveryDestinationResolver()
            .AddTransforms(transforms =>
            {
                transforms.CopyResponseHeaders = false;
                if (ById[transforms.Route.RouteId].PostsCountAs is RateLimit.Tokens)
                {
                    var clientAddress = transforms.Services.GetRequiredService<ClientAddress>();
                    transforms.AddRequestTransform(request =>
                    {
                        request.ProxyRequest.Headers.Remove(ClientAddress.Header);
                        request.ProxyRequest.Headers.Add(
                            ClientAddress.Header,
                            clientAddress.Seal(RateLimits.Network(request.HttpContext.Connection.RemoteIpAddress))
                        );
                        return ValueTask.CompletedTask;
                    });
                }

                transforms.AddResponseTransform(transforms.Services.GetRequiredService<Answers>().Pass);
            })
            .ConfigureHttpClient((_, handler) => Configure(handler));

        // A spare address fails its probe every second, and Failover says in one line what the forwarder says with a stack trace.
        builder.Logging.AddFilter("Yarp.ReverseProxy.Health.ActiveHealthCheckMonitor", LogLevel.Critical);
        builder.Logging.AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.Error);

        // Less than the services take (32 KiB): what the gateway adds to a request must not make it too large for them.
        builder.Services.Configure<RequestBoundsOptions>(bounds => bounds.HeaderBytes = 24 * 1024);
    }

    public static void MapServiceRoutes(this WebApplication app) =>
        app.MapReverseProxy(proxy =>
        {
            proxy.UseMiddleware<SessionTokens>();
            proxy.UseMiddleware<RateLimiting>();
            proxy.UseMiddleware<Failover>();
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        });

    /// <summary>The line of the table that a request in the proxy's pipeline goes by.</summary>
    public static ServiceRoute ServiceRoute(this HttpContext context) => ById[context.GetReverseProxyFeature().Route.Config.RouteId];

    private static RouteConfig ToRoute(ServiceRoute route) =>
        new()
        {
            RouteId = route.Path,
            ClusterId = route.Service,
            Match = new() { Path = route.Path },
        };

    private static ClusterConfig ToCluster(string service) =>
        new()
        {
            ClusterId = service,
            // Service discovery makes every replica a destination.
            Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal)
            {
                [service] = new() { Address = Replicas.NameOf(Replicas.AddressOf(service)) },
            },
            LoadBalancingPolicy = LoadBalancingPolicies.PowerOfTwoChoices,
            HealthCheck = new()
            {
                // In a cluster the lone destination is a virtual address: it is used even when it looks unhealthy.
                AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
                Active = new()
                {
                    Enabled = true,
                    Interval = TimeSpan.FromSeconds(1),
                    Timeout = TimeSpan.FromSeconds(1),
                    Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
                    Path = "/health/ready",
                },
                Passive = new() { Enabled = true, Policy = RefusedConnections.PolicyName },
            },
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [ConsecutiveFailuresHealthPolicyOptions.ThresholdMetadataName] = "1",
            },
            HttpRequest = new()
            {
                Version = HttpVersion.Version11,
                // Without a byte either way; a stream says something every 15 seconds, so it outlives this.
                ActivityTimeout = TimeSpan.FromSeconds(40),
            },
        };

    private static void Configure(SocketsHttpHandler handler)
    {
        handler.ConnectTimeout = TimeSpan.FromSeconds(1);
        // What came as a byte goes on as a byte: the default refuses a header outside ASCII as if the service did not answer.
        handler.RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1;
        // Shorter than the services keep an idle connection (130 s): the side that sends is the side that closes.
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60);
        // A name's addresses change; connections to the old ones end.
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
    }
}
