using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.Gateway.Web;

/// <summary>Whose page it is. Views and handlers have it by injection; <see cref="PageRules"/> introduces them before any of them runs.</summary>
internal sealed class Visitor(Tokens tokens)
{
    /// <summary>The session; null without one, and on an error page that could not look for it.</summary>
    public Session? Session { get; private set; }

    /// <summary>What the page speaks.</summary>
    public Language Language { get; private set; }

    /// <summary>Where the page is, with its query: what a switch of the language comes back to.</summary>
    public string Address { get; private set; } = "/";

    /// <summary>What the page before wanted said.</summary>
    public string? Notice { get; set; }

    /// <summary>Whether a session is stored: somebody has signed in, or has something in the cart, or a form of theirs was kept.</summary>
    public bool HasSession => CsrfToken.Length > 0;

    /// <summary>Whether somebody has signed in.</summary>
    public bool IsSignedIn => Session is { IsSignedIn: true };

    /// <summary>What is in the cart.</summary>
    public Cart Cart => Session?.Cart ?? Cart.Empty;

    /// <summary>For a form's hidden field.</summary>
    public string CsrfToken => Session?.CsrfToken ?? "";

    /// <summary>Whether the visitor has one of these roles; a manager has all of them.</summary>
    public bool Has(params IReadOnlyCollection<string> roles) =>
        Session is { IsSignedIn: true } session && (session.Roles.Contains(Roles.Manager) || session.Roles.Any(roles.Contains));

    /// <summary>The token with which a service is asked on the visitor's behalf; null for somebody who has not signed in.</summary>
    public string? Token() => Session is { IsSignedIn: true } session ? tokens.Of(session, SessionTokens.Lifetime) : null;

    /// <summary>Introduces the visitor.</summary>
    public void See(HttpRequest request, Session? session)
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
