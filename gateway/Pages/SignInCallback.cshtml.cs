namespace MariosPizzeria.Gateway.Pages;

/// <summary>The page to which the authority redirects the browser; it shows nothing.</summary>
internal sealed class SignInCallbackModel(SessionStore sessions, AccountAccess access, AuthoritySignIn? authority = null) : PizzeriaPage
{
    /// <summary>Completes the sign-in that this browser began, and begins a session.</summary>
    public async Task<IActionResult> OnGetAsync(string? code, string? state)
    {
        if (authority is null)
        {
            return Problem(new Error(ErrorCodes.NotFound, "There is nothing at this address."));
        }

        // Without a matching state the response belongs to another browser's sign-in: following such a link must not sign the visitor in
        // (RFC 6749, 10.12). An attempt can be used once.
        var attempt = SignInAttempt.Take(HttpContext);
        if (attempt is null || code is not { Length: > 0 } || attempt.State != state)
        {
            return Problem(AuthoritySignIn.Refused());
        }

        var user = await authority.RedeemCodeAsync(code, attempt, Request);
        if (!user.Succeeded)
        {
            return Problem(user.Error);
        }

        var (id, username, name, roles, _) = user.Value;
        var version = await access.CurrentAsync(id, HttpContext.RequestAborted);
        await sessions.BeginAsync(HttpContext, new(id, username, name, roles, version), username);
        return SeeOther(LocalAddress.Or(attempt.Return, Navigation.Home(roles)));
    }
}
