namespace MariosPizzeria.Gateway.Pages;

internal sealed class SignOutModel(SessionStore sessions, AuthoritySignIn? authority = null) : PizzeriaPage
{
    /// <summary>Redirects to the return address or the menu without signing out, because a GET must not change anything.</summary>
    public IActionResult OnGet() => SeeOther(LocalAddress.Or(Request.Query["return"], "/"));

    public async Task<IActionResult> OnPostAsync()
    {
        await sessions.EndAsync(HttpContext);
        return SeeOther(authority is null ? "/" : await authority.AddressToSignOutAsync(Request) ?? "/");
    }
}
