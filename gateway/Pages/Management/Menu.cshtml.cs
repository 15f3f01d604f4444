using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Clients;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages.Management;

/// <summary>The menu as its manager sees it: what is on sale, what is sold out.</summary>
[SignedIn(Roles.Manager)]
internal sealed class MenuModel(MenuClient menus, MenuEditingClient editing) : PizzeriaPage
{
    /// <summary>What is on it.</summary>
    public MenuResponse Menu { get; private set; } = null!;

    /// <summary>The pizza whose form was refused.</summary>
    public string? Refused { get; private set; }

    /// <summary>What was typed there.</summary>
    public string? Reason { get; private set; }

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        (Refused, Reason) = (Typed("id"), Typed("reason"));
        return await Load(cancellationToken) is { } fault ? Problem(fault) : Page();
    }

    /// <summary>Marks a pizza sold out.</summary>
    public async Task<IActionResult> OnPostSoldOutAsync(string? id, string? reason, CancellationToken cancellationToken)
    {
        (Refused, Reason) = (id, reason);
        return await Done(await editing.SetAvailability(id ?? "", available: false, reason, cancellationToken), cancellationToken);
    }

    /// <summary>Brings a pizza back.</summary>
    public async Task<IActionResult> OnPostBackAsync(string? id, CancellationToken cancellationToken) =>
        await Done(await editing.SetAvailability(id ?? "", available: true, reason: null, cancellationToken), cancellationToken);

    private async Task<IActionResult> Done(Outcome<PizzaResponse> set, CancellationToken cancellationToken)
    {
        if (set.Succeeded)
        {
            await Say(set.Value.Available ? T.IsBackOnSale(set.Value.Name) : T.IsSoldOutNow(set.Value.Name));
            return SeeOther($"/management/menu#{Uri.EscapeDataString(set.Value.Id)}");
        }

        return set.Fault.Slug != Slugs.Validation ? Problem(set.Fault)
            : await Load(cancellationToken) is { } fault ? Problem(fault)
            : Explain(set.Fault, $"#{Uri.EscapeDataString(Refused ?? "")}");
    }

    private async Task<Fault?> Load(CancellationToken cancellationToken)
    {
        var menu = await menus.Read(cancellationToken);
        Menu = menu.Value!;
        return menu.Fault;
    }
}
