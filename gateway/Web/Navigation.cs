namespace MariosPizzeria.Gateway.Web;

/// <summary>The pages in the navigation at the top of every page.</summary>
internal static class Navigation
{
    /// <summary>The notifications page, whose entry shows the number of unread notifications.</summary>
    public const string NotificationsEntry = "/notifications";

    private static readonly IReadOnlyList<Entry> All =
    [
        new("/", text => text.Menu),
        new("/orders", text => text.Orders) { Roles = [Roles.Customer] },
        new(NotificationsEntry, text => text.Notifications) { Roles = [Roles.Customer] },
        new("/kitchen", text => text.Kitchen) { Roles = [Roles.Chef] },
        new("/delivery", text => text.Deliveries) { Roles = [Roles.Driver] },
        new("/management", text => text.Management) { Roles = [Roles.Manager] },
        new("/system", text => text.System) { Roles = [Roles.Manager] },
    ];

    /// <summary>Returns the entries for a visitor.</summary>
    public static IEnumerable<Entry> For(Visitor visitor) => All.Where(entry => entry.Roles.Count == 0 || visitor.Has(entry.Roles));

    /// <summary>Returns the first page after signing in without a return address.</summary>
    public static string Home(IReadOnlyCollection<string> roles) =>
        roles.Contains(Roles.Manager) ? "/management"
        : roles.Contains(Roles.Chef) ? "/kitchen"
        : roles.Contains(Roles.Driver) ? "/delivery"
        : "/";

    /// <summary>An entry of the navigation.</summary>
    /// <param name="Path">The path of the page.</param>
    /// <param name="Label">The label in the visitor's language.</param>
    internal sealed record Entry(string Path, Func<Texts, string> Label)
    {
        /// <summary>The roles that see the entry, besides managers; empty for everyone.</summary>
        public IReadOnlyCollection<string> Roles { get; init; } = [];
    }
}
