using System.Security.Claims;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Limits;
using MariosPizzeria.ServiceDefaults.ApiDocs;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>Signing in and out with a browser.</summary>
internal static class SessionEndpoints
{
    public static void AddSessions(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<VisitorPlaces>();
        builder.Services.AddSingleton<SessionStore>();
        builder.Services.AddSingleton<SignIn>();
        builder.Services.AddSingleton<SignOut>();
        builder.Services.AddSingleton<WhoAmI>();
        builder.AddAuthoritySignIn();
    }

    public static void MapSessions(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/auth/login", (SignInRequest body, SignIn signIn, HttpContext http) => signIn.Handle(body, http))
            .OnlyWithOwnAccounts()
            .AddEndpointFilter(new RateLimitFilter(RateLimit.Tokens))
            .Describe(SessionApi.SignIn);
        app.MapPost("/api/auth/logout", (SignOut signOut, HttpContext http) => signOut.Handle(http)).Describe(SessionApi.SignOut);
        app.MapGet("/api/auth/me", (WhoAmI whoAmI, HttpContext http) => whoAmI.Handle(http)).Describe(SessionApi.WhoAmI);
    }
}

/// <summary>Who is in.</summary>
internal sealed record SignedIn(SignedInUser User);

/// <summary>A user, as he is told of himself.</summary>
internal sealed record SignedInUser(string Id, string Name, IReadOnlyList<string> Roles);

/// <summary>Begins a session for an account whose password is known.</summary>
internal sealed class SignIn(AccountsClient accounts, SessionStore sessions)
{
    private const int MaxLength = 200;

    public async Task<IResult> Handle(SignInRequest request, HttpContext http)
    {
        var errors = new ValidationErrors();
        errors.Require(request.Username is { Length: > 0 and <= MaxLength }, "username", $"has 1 to {MaxLength} characters");
        errors.Require(request.Password is { Length: > 0 and <= MaxLength }, "password", $"has 1 to {MaxLength} characters");
        if (errors.ToFault() is { } invalid)
        {
            return invalid.ToProblem();
        }

        var verified = await accounts.Verify(request.Username!, request.Password!, http);
        if (!verified.Succeeded)
        {
            return verified.Fault.ToProblem();
        }

        var account = verified.Value;
        await sessions.Begin(http, account, request.Username!);
        return Results.Ok(new SignedIn(new(account.Id, account.Name, account.Roles)));
    }
}

/// <summary>Ends a session.</summary>
internal sealed class SignOut(SessionStore sessions)
{
    public async Task<IResult> Handle(HttpContext http)
    {
        if (await sessions.Find(http) is { } session && CrossSite.Refuse(http.Request, session) is { } fault)
        {
            return fault.ToProblem();
        }

        await sessions.End(http);
        return Results.NoContent();
    }
}

/// <summary>Says who is asking: whom the token names, or whose session the cookie is.</summary>
internal sealed class WhoAmI(SessionStore sessions)
{
    public async Task<IResult> Handle(HttpContext http)
    {
        if (http.Request.Headers.Authorization.Count > 0)
        {
            return http.User.Identity is ClaimsIdentity { IsAuthenticated: true } token
                ? Results.Ok(
                    new Me(
                        http.User.Id(),
                        token.Name ?? "",
                        token.Name ?? "",
                        [.. token.FindAll(token.RoleClaimType).Select(role => role.Value)],
                        CsrfToken: null
                    )
                )
                : Problems.Of(StatusCodes.Status401Unauthorized).ToProblem();
        }

        return await sessions.Find(http) is { IsSignedIn: true } session
            ? Results.Ok(new Me(session.UserId, session.Username, session.Name, session.Roles, session.CsrfToken))
            : Problems.Of(StatusCodes.Status401Unauthorized).ToProblem();
    }
}

/// <summary>The signed-in user.</summary>
/// <param name="Id">The account's.</param>
/// <param name="Username">As signed in with; a token does not know it and says the name.</param>
/// <param name="Name">The display name.</param>
/// <param name="Roles">What he may do.</param>
/// <param name="CsrfToken">For the header <see cref="CrossSite.Header"/>; null with a token, which needs none.</param>
internal sealed record Me(string Id, string Username, string Name, IReadOnlyList<string> Roles, string? CsrfToken);
