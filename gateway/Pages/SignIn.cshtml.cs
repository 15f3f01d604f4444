using MariosPizzeria.Gateway.Limits;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>Signs in with a form, or at the external authority.</summary>
internal sealed class SignInModel(AccountsClient accounts, SessionStore sessions, RateLimits limits, AuthoritySignIn? authority = null)
    : PizzeriaPage
{
    private const int MaxLength = 200;

    protected override bool AnswersByRedirect => false;

    /// <summary>The address to return to afterwards.</summary>
    [BindProperty(SupportsGet = true, Name = "return")]
    public string? Return { get; set; }

    /// <summary>The submitted username, which is shown again.</summary>
    public string Username { get; private set; } = "";

    /// <summary>Shows the form, or redirects to the authority.</summary>
    public async Task<IActionResult> OnGetAsync()
    {
        if (authority is null)
        {
            return Page();
        }

        var attempt = SignInAttempt.To(Return);
        var address = await authority.AddressForAsync(attempt, Request);
        attempt.Keep(HttpContext);
        return SeeOther(address);
    }

    /// <summary>Begins a session for a username and password.</summary>
    public async Task<IActionResult> OnPostAsync(string? username, string? password)
    {
        if (authority is not null)
        {
            return SeeOther("/signin");
        }

        Username = username ?? "";
        if (username is not { Length: > 0 and <= MaxLength } || password is not { Length: > 0 and <= MaxLength })
        {
            return Explain(new Error(ErrorCodes.Unauthenticated, "The user name or the password is wrong."));
        }

        if (await limits.CountAsync(RateLimit.Tokens, HttpContext) is { } tooMany)
        {
            return Explain(tooMany);
        }

        var account = await accounts.VerifyAsync(username, password, HttpContext);
        if (!account.Succeeded)
        {
            return Explain(account.Error);
        }

        await sessions.BeginAsync(HttpContext, account.Value, username);
        return SeeOther(LocalAddress.Or(Return, Navigation.Home(account.Value.Roles)));
    }
}
