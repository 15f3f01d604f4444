using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Limits;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.Gateway.Web;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>Signing in with a form, or at the authority that keeps the accounts.</summary>
internal sealed class SignInModel(AccountsClient accounts, SessionStore sessions, RateLimits limits, AuthoritySignIn? authority = null)
    : PizzeriaPage
{
    private const int MaxLength = 200;

    /// <inheritdoc/>
    protected override bool AnswersByRedirect => false;

    /// <summary>Where to go on afterwards.</summary>
    [BindProperty(SupportsGet = true, Name = "return")]
    public string? Return { get; set; }

    /// <summary>As typed, so that it need not be typed again.</summary>
    public string Username { get; private set; } = "";

    /// <summary>Shows the form, or sends the browser to the authority's.</summary>
    public async Task<IActionResult> OnGetAsync()
    {
        if (authority is null)
        {
            return Page();
        }

        var attempt = SignInAttempt.To(Return);
        var address = await authority.AddressFor(attempt, Request);
        attempt.Keep(HttpContext);
        return SeeOther(address);
    }

    /// <summary>Begins a session for an account whose password is known.</summary>
    public async Task<IActionResult> OnPostAsync(string? username, string? password)
    {
        if (authority is not null)
        {
            return SeeOther("/signin");
        }

        Username = username ?? "";
        if (username is not { Length: > 0 and <= MaxLength } || password is not { Length: > 0 and <= MaxLength })
        {
            return Explain(new Fault(Slugs.Unauthenticated, "The username or the password is wrong."));
        }

        if (await limits.Count(RateLimit.Tokens, HttpContext) is { } tooMany)
        {
            return Explain(tooMany);
        }

        var account = await accounts.Verify(username, password, HttpContext);
        if (!account.Succeeded)
        {
            return Explain(account.Fault);
        }

        await sessions.Begin(HttpContext, account.Value, username);
        return SeeOther(LocalAddress.Or(Return, Navigation.Home(account.Value.Roles)));
    }
}
