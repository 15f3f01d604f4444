using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace MariosPizzeria.ServiceDefaults.Security;

/// <summary>Who may do what; the contract's table names them per endpoint.</summary>
public static class Roles
{
    public const string Customer = "customer";
    public const string Chef = "chef";
    public const string Driver = "driver";

    /// <summary>May do all that any user may.</summary>
    public const string Manager = "manager";

    /// <summary>One of our own processes that calls another; no person ever has it.</summary>
    public const string Service = "service";

    /// <summary>Everybody who works here.</summary>
    public static readonly string[] Staff = [Chef, Driver, Manager];

    /// <summary>Lets only these roles in, and the manager; others get 401 or 403.</summary>
    public static TBuilder AllowRoles<TBuilder>(this TBuilder endpoint, params string[] roles)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(
            new AuthorizeAttribute { Roles = string.Join(',', roles.Append(Manager).Distinct(StringComparer.Ordinal)) }
        );

    /// <summary>Lets only our own processes in.</summary>
    public static TBuilder AllowServices<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(new AuthorizeAttribute { Roles = Service });

    /// <summary>The user's id; empty for an anonymous caller.</summary>
    public static string Id(this ClaimsPrincipal user) => user.FindFirstValue(Tokens.SubjectClaim) ?? "";

    /// <summary>The user's name as it is displayed; null where the token has none.</summary>
    public static string? DisplayName(this ClaimsPrincipal user) => user.FindFirstValue(Tokens.NameClaim);

    /// <summary>Whether the user works here and so sees every order.</summary>
    public static bool IsStaff(this ClaimsPrincipal user) => Staff.Any(user.IsInRole);
}
