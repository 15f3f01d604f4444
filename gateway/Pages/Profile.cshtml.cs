using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Clients;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>What a customer told us about themselves.</summary>
[SignedIn(Roles.Customer)]
internal sealed class ProfileModel(CustomersClient customers, SessionStore sessions) : PizzeriaPage
{
    /// <summary>As stored, or as typed.</summary>
    public ProfileResponse Profile { get; private set; } = null!;

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var profile = await customers.Profile(cancellationToken);
        if (!profile.Succeeded)
        {
            return Problem(profile.Fault);
        }

        Profile = profile.Value with
        {
            Name = Typed("name", profile.Value.Name) ?? "",
            Email = Typed("email", profile.Value.Email),
            Phone = Typed("phone", profile.Value.Phone),
            Address = Typed("address", profile.Value.Address),
        };
        return Page();
    }

    /// <summary>Replaces it.</summary>
    public async Task<IActionResult> OnPostAsync(
        string? name,
        string? email,
        string? phone,
        string? address,
        CancellationToken cancellationToken
    )
    {
        Profile = new(name ?? "", email, EmailConfirmed: false, phone, address, FavouritePizza: null, ActiveOrders: []);
        var changed = await customers.Change(new(name, email, phone, FormValue.Lines(address)), cancellationToken);
        if (!changed.Succeeded)
        {
            return changed.Fault.Slug == Slugs.Validation ? Explain(changed.Fault) : Problem(changed.Fault);
        }

        await Say(T.ProfileSaved);
        return SeeOther("/profile");
    }

    /// <summary>Ends every session of the visitor, this one too.</summary>
    public async Task<IActionResult> OnPostSignOutEverywhereAsync(CancellationToken cancellationToken)
    {
        var ended = await customers.SignOutEverywhereAsync(cancellationToken);
        if (!ended.Succeeded)
        {
            return Problem(ended.Fault);
        }

        await sessions.End(HttpContext);
        return SeeOther("/signin");
    }
}
