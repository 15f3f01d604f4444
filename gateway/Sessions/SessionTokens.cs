using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Proxying;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>
/// Turns a browser's session into the token that services believe, made anew for each request and kept nowhere. The cookie
/// itself goes no further than here. A request that brings a token of its own is a program's: its cookie counts for nothing.
/// </summary>
internal sealed class SessionTokens(RequestDelegate next, SessionStore sessions, Tokens tokens, IHostApplicationLifetime lifetime)
{
    /// <summary>Long enough for one request, of however many attempts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    public Task InvokeAsync(HttpContext context) => context.Request.Headers.Cookie.Count == 0 ? next(context) : InvokeWithCookie(context);

    private async Task InvokeWithCookie(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.Authorization.Count == 0 && !IsForAnyone(context) && await sessions.Find(context) is { IsSignedIn: true } session)
        {
            if (CrossSite.Refuse(context.Request, session) is { } fault)
            {
                await Problems.Write(context, fault);
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

    // The service ends a stream with its token, which is the session's here and not the request's: this gateway sees to it.
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

    private static bool IsForAnyone(HttpContext context) => CrossSite.IsSafe(context.Request) && context.ServiceRoute().ReadByAnyone;
}

/// <summary>When a stream that was opened by a session must end: with the session, or when the gateway stops.</summary>
internal sealed record StreamEnd(CancellationToken Token);

/// <summary>Tokens of sessions.</summary>
internal static class SessionTokenExtensions
{
    /// <summary>A token for whoever has signed in.</summary>
    public static string Of(this Tokens tokens, Session session, TimeSpan lifetime) =>
        tokens.Issue(session.UserId, session.Name, session.Roles, lifetime, session.AccessVersion);
}

/// <summary>
/// A browser adds the cookie to whatever page asks; only a page of ours can also add the session's token (OWASP: synchronizer
/// token).
/// </summary>
internal static class CrossSite
{
    public const string Header = "X-CSRF-Token";

    /// <summary>The hidden field of a page's form.</summary>
    public const string Field = "csrf";

    /// <summary>Whether a request changes nothing (RFC 9110, 9.2.1).</summary>
    public static bool IsSafe(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        || HttpMethods.IsHead(request.Method)
        || HttpMethods.IsOptions(request.Method)
        || HttpMethods.IsTrace(request.Method);

    /// <summary>
    /// Whether the browser says that one of our own pages sent the request (Fetch Metadata Request Headers, 2.4; RFC 6454, 7): no page
    /// can forge these headers. <c>Sec-Fetch-Site</c> comes over HTTPS and on loopback only.
    /// </summary>
    public static bool IsSameOrigin(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] is [{ } site]
            ? site == "same-origin"
            : request.Headers.Origin is [{ } origin]
                && string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);

    /// <summary>The fault of a request that changes something by cookie alone; null where it may pass.</summary>
    public static Fault? Refuse(HttpRequest request, Session session) =>
        IsSafe(request) || session.IsProvenBy(request.Headers[Header])
            ? null
            : new Fault(
                Slugs.Forbidden,
                $"A call by cookie that changes something needs the header {Header}; /api/auth/me says its value."
            );
}
