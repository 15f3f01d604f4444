using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Clients;
using MariosPizzeria.Gateway.Web;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>
/// Where the link in a confirmation mail leads. It asks first: programs that look into mail follow links, and must not confirm anything.
/// </summary>
internal sealed class ConfirmEmailModel(CustomersClient customers) : PizzeriaPage
{
    /// <inheritdoc/>
    /// <remarks>A code that is no good is not shown again, so that nothing has to be kept.</remarks>
    protected override bool AnswersByRedirect => false;

    /// <summary>What came by mail; empty to be typed in.</summary>
    [BindProperty(SupportsGet = true, Name = "token")]
    public string? Token { get; set; }

    /// <summary>Shows the question.</summary>
    public IActionResult OnGet() => Page();

    /// <summary>Confirms the address.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await customers.ConfirmEmail(Token, cancellationToken) is { } fault)
        {
            Token = null;
            return fault.Slug == Slugs.Validation ? Explain(T.CodeIsNoGood, StatusCodes.Status400BadRequest) : Problem(fault);
        }

        await Say(T.EmailIsConfirmed);
        return SeeOther("/");
    }
}
