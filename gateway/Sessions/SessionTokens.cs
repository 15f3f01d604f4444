using MariosPizzeria.Gateway.Proxying;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>
/// Replaces the session cookie of a request with a new access token for the services, which is not stored. The cookie is not forwarded.
/// A request with its own bearer token comes from an API client: its cookie is ignored.
/// </summary>
internal sealed class SessionTokens(
    RequestDelegate next,
    SessionStore sessions,
    AccessTokenIssuer tokens,
    IHostApplicationLifetime lifetime
)
{
    /// <summary>The lifetime of a token: long enough for one request with all its attempts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    public Task InvokeAsync(HttpContext context) =>
        context.Request.Headers.Cookie.Count == 0 ? next(context) : InvokeWithCookieAsync(context);

    private async Task InvokeWithCookieAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.Authorization.Count == 0 && !IsAnonymous(context) && await sessions.FindAsync(context) is { IsSignedIn: true } session)
        {
            if (CsrfProtection.Refuse(context.Request, session) is { } fault)
            {
                await Problems.WriteAsync(context, fault);
                return;
            }

            context.Features.Set(session);
            var isStream = context.Request.Path.Value!.EndsWith("/stream", StringComparison.Ordinal);
            if (isStream)
            {
                EndStreamWithSession(context);
            }

            headers.Authorization = $"Bearer {tokens.Of(session, isStream ? SessionStore.Lifetime : Lifetime)}";
        }

        headers.Remove("Cookie");
        await next(context);
    }

    // A service ends a stream when its token expires. This token lives as long as a session, so the gateway ends the stream.
    private void EndStreamWithSession(HttpContext context)
    {
        var ending = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        context.Features.Set(new StreamEnd(ending.Token));
        var over = CancelAsync(sessions.WaitUntilEndedAsync(context, ending.Token), ending);
        context.Response.OnCompleted(async () =>
        {
            await ending.CancelAsync();
            await over;
            ending.Dispose();
        });
    }

    private static async Task CancelAsync(Task over, CancellationTokenSource ending)
    {
        try
        {
            await over;
            await ending.CancelAsync();
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The stream ended before its session.
        }
    }

    private static bool IsAnonymous(HttpContext context) => CsrfProtection.IsSafe(context.Request) && context.ServiceRoute().ReadByAnyone;
}

/// <summary>The token that ends a stream opened with a session: when the session ends, or when the gateway stops.</summary>
internal sealed record StreamEnd(CancellationToken Token);

internal static class SessionTokenExtensions
{
    /// <summary>Issues a token for the signed-in user of a session.</summary>
    public static string Of(this AccessTokenIssuer tokens, Session session, TimeSpan lifetime) =>
        tokens.Issue(session.UserId, session.Name, session.Roles, lifetime, session.AccessVersion);
}

/// <summary>
/// Protection against CSRF: browsers send the cookie with requests of any site, but only our own pages can send the session's token
/// (OWASP: synchronizer token).
/// </summary>
internal static class CsrfProtection
{
    public const string Header = "X-CSRF-Token";

    /// <summary>The name of the hidden form field.</summary>
    public const string Field = "csrf";

    /// <summary>Whether a request has a safe method (RFC 9110, 9.2.1).</summary>
    public static bool IsSafe(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        || HttpMethods.IsHead(request.Method)
        || HttpMethods.IsOptions(request.Method)
        || HttpMethods.IsTrace(request.Method);

    /// <summary>
    /// Whether the browser's headers tell that one of our own pages sent the request (Fetch Metadata Request Headers, 2.4; RFC 6454, 7): no
    /// page can forge these headers. <c>Sec-Fetch-Site</c> is sent over HTTPS and on loopback only.
    /// </summary>
    public static bool IsSameOrigin(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] is [{ } site]
            ? site == "same-origin"
            : request.Headers.Origin is [{ } origin]
                && string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns the error for an unsafe request with a cookie but no CSRF token; null if the request is allowed.</summary>
    public static Error? Refuse(HttpRequest request, Session session) =>
        IsSafe(request) || session.HasCsrfToken(request.Headers[Header])
            ? null
            : new Error(
                ErrorCodes.Forbidden,
                $"A state-changing request with the cookie needs the header {Header}; /api/auth/me returns its value."
            );
}
