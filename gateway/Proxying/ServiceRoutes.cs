using System.Collections.Frozen;
using System.Net;
using System.Text;
using MariosPizzeria.BuildingBlocks.Clients;
using MariosPizzeria.Gateway.Limits;
using MariosPizzeria.ServiceDefaults.Clients;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Transforms;

namespace MariosPizzeria.Gateway.Proxying;

/// <summary>Configures the reverse proxy: routes, clusters and the HTTP client.</summary>
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
        builder.Services.AddSingleton<ResponseTransforms>();
        builder.Services.AddSingleton<MenuResponseCache>().AddHostedService(provider => provider.GetRequiredService<MenuResponseCache>());
        builder
            .Services.AddReverseProxy()
            .LoadFromMemory([.. RouteTable.Routes.Select(ToRoute)], [.. RouteTable.Services.Select(ToCluster)])
            .AddServiceDiscoveryDestinationResolver()
            .AddTransforms(transforms =>
            {
                transforms.CopyResponseHeaders = false;
                if (ById[transforms.Route.RouteId].PostsCountAs is RateLimit.Tokens)
                {
                    var clientAddress = transforms.Services.GetRequiredService<SealedClientAddress>();
                    transforms.AddRequestTransform(request =>
                    {
                        request.ProxyRequest.Headers.Remove(SealedClientAddress.Header);
                        request.ProxyRequest.Headers.Add(
                            SealedClientAddress.Header,
                            clientAddress.Sign(RateLimits.Network(request.HttpContext.Connection.RemoteIpAddress))
                        );
                        return ValueTask.CompletedTask;
                    });
                }

                transforms.AddResponseTransform(transforms.Services.GetRequiredService<ResponseTransforms>().TransformResponseAsync);
            })
            .ConfigureHttpClient((_, handler) => Configure(handler));

        // The probe of a spare address fails every second. Failover logs in one line what the forwarder logs with a stack trace.
        builder.Logging.AddFilter("Yarp.ReverseProxy.Health.ActiveHealthCheckMonitor", LogLevel.Critical);
        builder.Logging.AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.Error);

        // Less than the services accept (32 KiB): the headers that the gateway adds must not make a request too large for them.
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

    /// <summary>Returns the route of a request in the proxy's pipeline.</summary>
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
            // Service discovery adds a destination for each replica.
            Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal)
            {
                [service] = new() { Address = Replicas.NameOf(Replicas.AddressOf(service)) },
            },
            LoadBalancingPolicy = LoadBalancingPolicies.PowerOfTwoChoices,
            HealthCheck = new()
            {
                // In a cluster the only destination is a virtual address: it is used even if it appears unhealthy.
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
                // The time without a byte in either direction. Event streams send something every 15 seconds, so they do not time out.
                ActivityTimeout = TimeSpan.FromSeconds(40),
            },
        };

    private static void Configure(SocketsHttpHandler handler)
    {
        handler.ConnectTimeout = TimeSpan.FromSeconds(1);
        // Header bytes are passed on unchanged: by default a header outside ASCII fails as if the service did not answer.
        handler.RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1;
        // Shorter than the services keep an idle connection (130 s), so that the sending side is the one that closes it.
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60);
        // A name's addresses change; this ends connections to the old ones.
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
    }
}
