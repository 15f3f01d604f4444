using MariosPizzeria.Gateways.Sessions;
using MariosPizzeria.Gateways.Web;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateways.Pages;

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
