using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>Where the authority sends a browser back to; there is nothing to see.</summary>
internal sealed class SignInCallbackModel(SessionStore sessions, AccountAccess access, AuthoritySignIn? authority = null) : PizzeriaPage
{
    /// <summary>Ends the sign-in that this browser began, and begins its session.</summary>
    public async Task<IActionResult> OnGetAsync(string? code, string? state)
    {
        if (authority is null)
        {
            return Problem(new Fault(Slugs.NotFound, "There is nothing at this address."));
        }

        // Without its state it is an answer to somebody else's question: who follows such a link must not be signed in by it
        // (RFC 6749, 10.12). An attempt is good for one answer.
        var attempt = SignInAttempt.Take(HttpContext);
        if (attempt is null || code is not { Length: > 0 } || attempt.State != state)
        {
            return Problem(AuthoritySignIn.Refused());
        }

        var user = await authority.Redeem(code, attempt, Request);
        if (!user.Succeeded)
        {
            return Problem(user.Fault);
        }

        var (id, username, name, roles, _) = user.Value;
        var version = await access.CurrentAsync(id, HttpContext.RequestAborted);
        await sessions.Begin(HttpContext, new(id, username, name, roles, version), username);
        return SeeOther(LocalAddress.Or(attempt.Return, Navigation.Home(roles)));
    }
}
