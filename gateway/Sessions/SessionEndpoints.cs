using System.Security.Claims;
using MariosPizzeria.BuildingBlocks.ApiDocs;
using MariosPizzeria.Gateway.Limits;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>The endpoints to sign in and out with a browser.</summary>
internal static class SessionEndpoints
{
    public static void AddSessions(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AnonymousSessionLimit>();
        builder.Services.AddSingleton<SessionStore>();
        builder.Services.AddSingleton<SignIn>();
        builder.Services.AddSingleton<SignOut>();
        builder.Services.AddSingleton<WhoAmI>();
        builder.AddAuthoritySignIn();
    }

    public static void MapSessions(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/auth/login", SignIn.Post)
            .RequireLocalAccounts()
            .AddEndpointFilter(new RateLimitFilter(RateLimit.Tokens))
            .WithName("signIn")
            .Produces<SignedIn>()
            .ProducesProblems(ErrorCodes.Unauthenticated, ErrorCodes.RateLimited);
        app.MapPost("/api/auth/logout", SignOut.Post)
            .WithName("signOut")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblems(ErrorCodes.Forbidden);
        app.MapGet("/api/auth/me", WhoAmI.Get).WithName("whoAmI").Produces<Me>().ExpectsUser();
    }
}

/// <summary>The response to a sign-in.</summary>
internal sealed record SignedIn(SignedInUser User);

/// <summary>The signed-in user in a response.</summary>
internal sealed record SignedInUser(string Id, string Name, IReadOnlyList<string> Roles);

/// <summary>Begins a session for a username and password.</summary>
internal sealed class SignIn(AccountsClient accounts, SessionStore sessions)
{
    private const int MaxLength = 200;

    /// <summary>Begins a session and sets its cookie.</summary>
    public static Task<IResult> Post(SignInRequest request, SignIn handler, HttpContext http) => handler.Handle(request, http);

    public async Task<IResult> Handle(SignInRequest request, HttpContext http)
    {
        var errors = new ValidationErrors();
        errors.Require(request.Username is { Length: > 0 and <= MaxLength }, "username", $"must have 1 to {MaxLength} characters");
        errors.Require(request.Password is { Length: > 0 and <= MaxLength }, "password", $"must have 1 to {MaxLength} characters");
        if (errors.ToFault() is { } invalid)
        {
            return invalid.ToProblem();
        }

        var verified = await accounts.VerifyAsync(request.Username!, request.Password!, http);
        if (!verified.Succeeded)
        {
            return verified.Error.ToProblem();
        }

        var account = verified.Value;
        await sessions.BeginAsync(http, account, request.Username!);
        return Results.Ok(new SignedIn(new(account.Id, account.Name, account.Roles)));
    }
}

/// <summary>Ends a session.</summary>
internal sealed class SignOut(SessionStore sessions)
{
    /// <summary>Ends the session, if there is one.</summary>
    public static Task<IResult> Post(SignOut handler, HttpContext http) => handler.Handle(http);

    public async Task<IResult> Handle(HttpContext http)
    {
        if (await sessions.FindAsync(http) is { } session && CsrfProtection.Refuse(http.Request, session) is { } fault)
        {
            return fault.ToProblem();
        }

        await sessions.EndAsync(http);
        return Results.NoContent();
    }
}

/// <summary>Returns the caller's identity, from the bearer token or the session.</summary>
internal sealed class WhoAmI(SessionStore sessions)
{
    /// <summary>Returns the signed-in user and the session's CSRF token.</summary>
    public static Task<IResult> Get(WhoAmI handler, HttpContext http) => handler.Handle(http);

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

        return await sessions.FindAsync(http) is { IsSignedIn: true } session
            ? Results.Ok(new Me(session.UserId, session.Username, session.Name, session.Roles, session.CsrfToken))
            : Problems.Of(StatusCodes.Status401Unauthorized).ToProblem();
    }
}

/// <summary>The signed-in user.</summary>
/// <param name="Id">The account's id.</param>
/// <param name="Username">The username used to sign in; with a bearer token, which does not contain it, the name.</param>
/// <param name="Name">The display name.</param>
/// <param name="Roles">The user's roles.</param>
/// <param name="CsrfToken">The value of the header <c>X-CSRF-Token</c>; null with a bearer token, which needs none.</param>
internal sealed record Me(string Id, string Username, string Name, IReadOnlyList<string> Roles, string? CsrfToken);
