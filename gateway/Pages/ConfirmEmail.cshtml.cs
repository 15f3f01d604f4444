namespace MariosPizzeria.Gateway.Pages;

/// <summary>
/// The page behind the link in a confirmation mail. It has a button, because mail scanners follow links and must not confirm anything.
/// </summary>
internal sealed class ConfirmEmailModel(AccountClient customers) : PizzeriaPage
{
    /// <inheritdoc/>
    /// <remarks>An invalid code is not shown again, so nothing has to be kept.</remarks>
    protected override bool AnswersByRedirect => false;

    /// <summary>The code from the mail; empty if it is to be typed in.</summary>
    [BindProperty(SupportsGet = true, Name = "token")]
    public string? Token { get; set; }

    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await customers.ConfirmEmailAsync(Token, cancellationToken) is { } fault)
        {
            Token = null;
            return fault.Code == ErrorCodes.Validation ? Explain(T.CodeIsNoGood, StatusCodes.Status400BadRequest) : Problem(fault);
        }

        await ShowNoticeAsync(T.EmailIsConfirmed);
        return SeeOther("/");
    }
}
