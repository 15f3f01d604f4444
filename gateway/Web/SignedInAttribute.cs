namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// Restricts a page to signed-in users with one of the roles, and managers; without roles, to all signed-in users. Visitors who have not
/// signed in are redirected to the sign-in page (303), other users get a 403.
/// </summary>
/// <param name="roles">Some of <see cref="BuildingBlocks.Security.Roles"/>.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SignedInAttribute(params string[] roles) : Attribute
{
    /// <summary>The allowed roles besides manager; empty for all signed-in users.</summary>
    public IReadOnlyCollection<string> Roles { get; } = roles;

    /// <summary>A route value with which the page is open to anyone: the page checks the value itself.</summary>
    public string? UnlessRouteHas { get; init; }

    /// <summary>Whether the page is open to anyone in Development.</summary>
    public bool AnyoneInDevelopment { get; init; }
}
