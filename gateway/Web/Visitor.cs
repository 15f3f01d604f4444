namespace MariosPizzeria.Gateway.Web;

/// <summary>The visitor of the current request, for views and handlers. <see cref="PageRules"/> loads it before any of them runs.</summary>
internal sealed class Visitor(AccessTokenIssuer tokens)
{
    /// <summary>The session; null if there is none, or on an error page that could not load it.</summary>
    public Session? Session { get; private set; }

    /// <summary>The language of the page.</summary>
    public Language Language { get; private set; }

    /// <summary>The page's path and query, to which the language switch returns.</summary>
    public string Address { get; private set; } = "/";

    /// <summary>The message from the previous page.</summary>
    public string? Notice { get; set; }

    /// <summary>Whether a session is stored: the visitor has signed in, has a filled cart, or a form was kept.</summary>
    public bool HasSession => CsrfToken.Length > 0;

    public bool IsSignedIn => Session is { IsSignedIn: true };

    public Cart Cart => Session?.Cart ?? Cart.Empty;

    /// <summary>The value of the hidden form field.</summary>
    public string CsrfToken => Session?.CsrfToken ?? "";

    /// <summary>Whether the visitor has one of these roles; a manager has all roles.</summary>
    public bool Has(params IReadOnlyCollection<string> roles) =>
        Session is { IsSignedIn: true } session && (session.Roles.Contains(Roles.Manager) || session.Roles.Any(roles.Contains));

    /// <summary>Issues an access token for calls to services; null if the visitor has not signed in.</summary>
    public string? Token() => Session is { IsSignedIn: true } session ? tokens.Of(session, SessionTokens.Lifetime) : null;

    /// <summary>Sets the visitor from a request and its session.</summary>
    public void Load(HttpRequest request, Session? session)
    {
        Session = session;
        Language = Languages.Of(request);
        Address = HttpMethods.IsGet(request.Method) ? $"{request.Path}{request.QueryString}" : request.Path.Value ?? "/";
        if (session is not null)
        {
            request.HttpContext.Features.Set(session);
        }
    }
}
