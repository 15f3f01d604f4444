using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Clients;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>What a customer was told, newest first.</summary>
[SignedIn(Roles.Customer)]
internal sealed class NotificationsModel(CustomersClient customers) : PizzeriaPage
{
    /// <summary>Those that were not dismissed.</summary>
    public IReadOnlyList<NotificationResponse> Kept { get; private set; } = [];

    /// <summary>Shows them.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var all = await customers.Notifications(cancellationToken);
        if (!all.Succeeded)
        {
            return Problem(all.Fault);
        }

        Kept = [.. all.Value.Items.Where(notification => notification.Status != NotificationStatus.Dismissed)];
        return Page();
    }

    /// <summary>One was read.</summary>
    public async Task<IActionResult> OnPostReadAsync(string? id, CancellationToken cancellationToken) =>
        Done(await customers.Read(id ?? "", cancellationToken));

    /// <summary>One is to be seen no more.</summary>
    public async Task<IActionResult> OnPostDismissAsync(string? id, CancellationToken cancellationToken) =>
        Done(await customers.Dismiss(id ?? "", cancellationToken));

    private IActionResult Done(Outcome<NotificationResponse> marked) =>
        marked.Succeeded ? SeeOther("/notifications") : Problem(marked.Fault);
}
