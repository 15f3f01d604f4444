using MariosPizzeria.Gateway.Limits;

namespace MariosPizzeria.Gateway.Proxying;

/// <summary>
/// All routes that are reachable from outside, with the services that serve them. Any other path is 404: a service's <c>/internal</c>
/// and <c>/sandbox</c> are for calls between services.
/// </summary>
internal static class RouteTable
{
    public static readonly IReadOnlyList<ServiceRoute> Routes =
    [
        new("/api/menu/{**rest}", "menu") { ReadByAnyone = true },
        new("/api/orders", "order") { PostsCountAs = RateLimit.Orders },
        new("/api/orders/{**rest}", "order"),
        new("/api/guest/orders", "order") { PostsCountAs = RateLimit.GuestOrders },
        new("/api/track/{**rest}", "order"),
        new("/api/delivery/{**rest}", "order"),
        new("/api/auth/register", "order") { PostsCountAs = RateLimit.Registers },
        new("/api/auth/token", "order") { PostsCountAs = RateLimit.Tokens },
        new("/api/auth/logout/everywhere", "order"),
        new("/api/profile", "order"),
        new("/api/profile/email/confirm", "order"),
        new("/api/notifications/{**rest}", "order"),
        new("/api/reports/{**rest}", "order"),
        new("/api/kitchen/{**rest}", "kitchen"),
        new("/api/shop/{**rest}", "kitchen") { ReadByAnyone = true },
    ];

    /// <summary>Process types without routes. The System page queries their health if their addresses are configured.</summary>
    public static readonly IReadOnlyList<string> Unrouted = ["worker", "scheduler"];

    public static IEnumerable<string> ProcessTypes => Services.Concat(Unrouted);

    public static IEnumerable<string> Services => Routes.Select(route => route.Service).Distinct(StringComparer.Ordinal);
}

/// <summary>A route to a service.</summary>
/// <param name="Path">The route pattern; also the route's id.</param>
/// <param name="Service">The name in <c>services__{name}__http__{n}</c>.</param>
internal sealed record ServiceRoute(string Path, string Service)
{
    /// <summary>Whether the response to a GET is the same for every caller, so that the caller need not be authenticated.</summary>
    public bool ReadByAnyone { get; init; }

    /// <summary>The rate limit that a POST counts towards; null for none.</summary>
    public RateLimit? PostsCountAs { get; init; }
}
