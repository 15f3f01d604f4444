using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Clients;
using MariosPizzeria.Gateway.Limits;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.Gateway.Web;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>Becoming a customer, who is signed in at once.</summary>
internal sealed class SignUpModel(
    CustomersClient customers,
    AccountsClient accounts,
    SessionStore sessions,
    RateLimits limits,
    AuthoritySignIn? authority = null
) : PizzeriaPage
{
    /// <inheritdoc/>
    protected override bool AnswersByRedirect => false;

    /// <summary>Where to go on afterwards.</summary>
    [BindProperty(SupportsGet = true, Name = "return")]
    public string? Return { get; set; }

    /// <summary>As typed; the password is not shown again.</summary>
    public RegisterRequest Account { get; private set; } = new();

    /// <summary>Shows the form; where an authority keeps the accounts, one becomes a customer there.</summary>
    public IActionResult OnGet() => authority is null ? Page() : SeeOther("/signin");

    /// <summary>Makes the account and begins its session.</summary>
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
        if (await limits.Count(RateLimit.Registers, HttpContext) is { } tooMany)
        {
            return Explain(tooMany);
        }

        var made = await customers.Register(Account, cancellationToken);
        if (!made.Succeeded)
        {
            return Explain(made.Fault);
        }

        var account = await accounts.Verify(username!, password!, HttpContext);
        if (!account.Succeeded)
        {
            return SeeOther("/signin");
        }

        await sessions.Begin(HttpContext, account.Value, username!);
        return SeeOther(LocalAddress.Or(Return, "/"));
    }
}
