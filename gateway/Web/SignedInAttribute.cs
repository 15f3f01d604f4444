namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// On a page's model: only for whoever has signed in and has one of the roles, or is a manager; without roles, for whoever has
/// signed in. Others are asked to sign in (303), or told that it is not for them (403).
/// </summary>
/// <param name="roles">Some of <see cref="ServiceDefaults.Security.Roles"/>.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SignedInAttribute(params string[] roles) : Attribute
{
    /// <summary>Who may, besides a manager; empty for all.</summary>
    public IReadOnlyCollection<string> Roles { get; } = roles;

    /// <summary>In Development, anyone may, signed in or not.</summary>
    public bool AnyoneInDevelopment { get; init; }
}
