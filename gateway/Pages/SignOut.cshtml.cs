using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.Gateway.Web;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>Ends a session; there is nothing to see.</summary>
internal sealed class SignOutModel(SessionStore sessions, AuthoritySignIn? authority = null) : PizzeriaPage
{
    /// <summary>Whoever comes by a link is brought back to the menu, still signed in: a link changes nothing.</summary>
    public IActionResult OnGet() => SeeOther(LocalAddress.Or(Request.Query["return"], "/"));

    /// <summary>Signs out, here and at the authority.</summary>
    public async Task<IActionResult> OnPostAsync()
    {
        await sessions.End(HttpContext);
        return SeeOther(authority is null ? "/" : await authority.AddressToSignOut(Request) ?? "/");
    }
}
