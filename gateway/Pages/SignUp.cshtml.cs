using MariosPizzeria.Gateway.Limits;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>Creates a customer account, and signs in.</summary>
internal sealed class SignUpModel(
    AccountClient customers,
    AccountsClient accounts,
    SessionStore sessions,
    RateLimits limits,
    AuthoritySignIn? authority = null
) : PizzeriaPage
{
    protected override bool AnswersByRedirect => false;

    /// <summary>The address to return to afterwards.</summary>
    [BindProperty(SupportsGet = true, Name = "return")]
    public string? Return { get; set; }

    /// <summary>The submitted values; the password is not shown again.</summary>
    public RegisterRequest Account { get; private set; } = new();

    /// <summary>Shows the form; with an external authority, accounts are created there.</summary>
    public IActionResult OnGet() => authority is null ? Page() : SeeOther("/signin");

    /// <summary>Creates the account and begins a session.</summary>
    public async Task<IActionResult> OnPostAsync(
        string? username,
        string? password,
        string? name,
        string? email,
        string? phone,
        string? address,
        CancellationToken cancellationToken
    )
    {
        if (authority is not null)
        {
            return SeeOther("/signin");
        }

        Account = new()
        {
            Username = username,
            Password = password,
            Name = name,
            Email = email,
            Phone = phone,
            Address = FormValue.Lines(address),
        };
        if (await limits.CountAsync(RateLimit.Registers, HttpContext) is { } tooMany)
        {
            return Explain(tooMany);
        }

        var made = await customers.RegisterAsync(Account, cancellationToken);
        if (!made.Succeeded)
        {
            return Explain(made.Error);
        }

        var account = await accounts.VerifyAsync(username!, password!, HttpContext);
        if (!account.Succeeded)
        {
            return SeeOther("/signin");
        }

        await sessions.BeginAsync(HttpContext, account.Value, username!);
        return SeeOther(LocalAddress.Or(Return, "/"));
    }
}
