using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.Gateway.Web;

/// <summary>The pages that the top of every page leads to.</summary>
internal static class Navigation
{
    private static readonly IReadOnlyList<Entry> All =
    [
        new("/", text => text.Menu),
        new("/orders", text => text.Orders) { Roles = [Roles.Customer] },
        new("/notifications", text => text.Notifications) { Roles = [Roles.Customer] },
        new("/kitchen", text => text.Kitchen) { Roles = [Roles.Chef] },
        new("/delivery", text => text.Deliveries) { Roles = [Roles.Driver] },
        new("/management", text => text.Management) { Roles = [Roles.Manager] },
        new("/system", text => text.System) { Roles = [Roles.Manager] },
    ];

    /// <summary>Those that are for this visitor.</summary>
    public static IEnumerable<Entry> For(Visitor visitor) => All.Where(entry => entry.Roles.Count == 0 || visitor.Has(entry.Roles));

    /// <summary>Where somebody begins who has just signed in and was on the way to no page in particular.</summary>
    public static string Home(IReadOnlyCollection<string> roles) =>
        roles.Contains(Roles.Chef) ? "/kitchen"
        : roles.Contains(Roles.Driver) ? "/delivery"
        : "/";

    /// <summary>One of them.</summary>
    /// <param name="Path">Its address.</param>
    /// <param name="Label">Its name in the visitor's language.</param>
    internal sealed record Entry(string Path, Func<Texts, string> Label)
    {
        /// <summary>Whose work it is, besides the manager's; empty for everybody's.</summary>
        public IReadOnlyCollection<string> Roles { get; init; } = [];
    }
}
