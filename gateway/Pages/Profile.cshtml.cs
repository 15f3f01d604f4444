namespace MariosPizzeria.Gateway.Pages;

/// <summary>A customer's profile.</summary>
[SignedIn(Roles.Customer)]
internal sealed class ProfileModel(AccountClient customers, SessionStore sessions) : PizzeriaPage
{
    /// <summary>The stored or the submitted values.</summary>
    public ProfileResponse Profile { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var profile = await customers.ProfileAsync(cancellationToken);
        if (!profile.Succeeded)
        {
            return Problem(profile.Error);
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

    /// <summary>Replaces the profile.</summary>
    public async Task<IActionResult> OnPostAsync(
        string? name,
        string? email,
        string? phone,
        string? address,
        CancellationToken cancellationToken
    )
    {
        Profile = new(name ?? "", email, EmailConfirmed: false, phone, address, FavouritePizza: null, ActiveOrders: []);
        var changed = await customers.ChangeAsync(new(name, email, phone, FormValue.Lines(address)), cancellationToken);
        if (!changed.Succeeded)
        {
            return changed.Error.Code == ErrorCodes.Validation ? Explain(changed.Error) : Problem(changed.Error);
        }

        await ShowNoticeAsync(T.ProfileSaved);
        return SeeOther("/profile");
    }

    /// <summary>Ends all sessions of the visitor, including this one.</summary>
    public async Task<IActionResult> OnPostSignOutEverywhereAsync(CancellationToken cancellationToken)
    {
        var ended = await customers.SignOutEverywhereAsync(cancellationToken);
        if (!ended.Succeeded)
        {
            return Problem(ended.Error);
        }

        await sessions.EndAsync(HttpContext);
        return SeeOther("/signin");
    }
}
