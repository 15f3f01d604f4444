using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace MariosPizzeria.BuildingBlocks.Security;

/// <summary>The roles of users, and which roles an endpoint allows; the API contract lists them per endpoint.</summary>
public static class Roles
{
    public const string Customer = "customer";
    public const string Chef = "chef";
    public const string Driver = "driver";

    /// <summary>Has the permissions of every other user role.</summary>
    public const string Manager = "manager";

    /// <summary>One of our own processes that calls another; a person never has this role.</summary>
    public const string Service = "service";

    /// <summary>The roles of the staff.</summary>
    public static readonly string[] Staff = [Chef, Driver, Manager];

    /// <summary>Allows only these roles and the manager; other callers get 401 or 403.</summary>
    public static TBuilder AllowRoles<TBuilder>(this TBuilder endpoint, params string[] roles)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(
            new AuthorizeAttribute { Roles = string.Join(',', roles.Append(Manager).Distinct(StringComparer.Ordinal)) }
        );

    /// <summary>Allows only our own processes.</summary>
    public static TBuilder AllowServices<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(new AuthorizeAttribute { Roles = Service });

    /// <summary>The user's id; empty for an anonymous caller.</summary>
    public static string Id(this ClaimsPrincipal user) => user.FindFirstValue(AccessTokenIssuer.SubjectClaim) ?? "";

    /// <summary>The user's display name; null if the token has none.</summary>
    public static string? DisplayName(this ClaimsPrincipal user) => user.FindFirstValue(AccessTokenIssuer.NameClaim);

    /// <summary>Whether the user belongs to the staff and therefore sees every order.</summary>
    public static bool IsStaff(this ClaimsPrincipal user) => Staff.Any(user.IsInRole);
}
