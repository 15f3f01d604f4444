using MariosPizzeria.Gateway.Limits;

namespace MariosPizzeria.Gateway.Proxying;

/// <summary>
/// All that can be reached from outside, and who serves it. What is not here is 404: a service's <c>/internal</c> and
/// <c>/sandbox</c> are for its own kind.
/// </summary>
internal static class RouteTable
{
    public static readonly IReadOnlyList<ServiceRoute> Routes =
    [
        new("/api/menu/{**rest}", "menu") { ReadByAnyone = true },
        new("/api/orders", "order") { PostsCountAs = RateLimit.Orders },
        new("/api/orders/{**rest}", "order"),
        new("/api/delivery/{**rest}", "order"),
        new("/api/auth/register", "order") { PostsCountAs = RateLimit.Registers },
        new("/api/auth/token", "order") { PostsCountAs = RateLimit.Tokens },
        new("/api/auth/logout/everywhere", "order"),
        new("/api/profile", "order"),
        new("/api/profile/email/confirm", "order"),
        new("/api/notifications/{**rest}", "order"),
        new("/api/reports/{**rest}", "order"),
        new("/api/kitchen/{**rest}", "kitchen"),
    ];

    /// <summary>Process types to which no route leads: the System page asks them how they are, where the gateway is told of them.</summary>
    public static readonly IReadOnlyList<string> Unrouted = ["worker", "scheduler"];

    /// <summary>All of them.</summary>
    public static IEnumerable<string> ProcessTypes => Services.Concat(Unrouted);

    /// <summary>The services that are routed to.</summary>
    public static IEnumerable<string> Services => Routes.Select(route => route.Service).Distinct(StringComparer.Ordinal);
}

/// <summary>One line of the table.</summary>
/// <param name="Path">A route pattern; also the route's id.</param>
/// <param name="Service">As in <c>services__{name}__http__{n}</c>.</param>
internal sealed record ServiceRoute(string Path, string Service)
{
    /// <summary>Whether a GET is answered alike whoever asks, so that nobody need look who it is.</summary>
    public bool ReadByAnyone { get; init; }

    /// <summary>The limit that a POST counts towards.</summary>
    public RateLimit? PostsCountAs { get; init; }
}
