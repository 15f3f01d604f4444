using System.Globalization;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>A customer's notifications, newest first.</summary>
[SignedIn(Roles.Customer)]
internal sealed class NotificationsModel(AccountClient customers) : PizzeriaPage
{
    // Notifications that were read are collapsed, except for the newest.
    private const int ShownAtLeast = 5;
    private const int MarkedAtOnce = 8;

    /// <summary>The unread notifications, and the newest of the others.</summary>
    public IReadOnlyList<NotificationResponse> Recent { get; private set; } = [];

    /// <summary>The remaining notifications.</summary>
    public IReadOnlyList<NotificationResponse> Older { get; private set; } = [];

    public int Unread => Recent.Count(IsUnread);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var kept = await WithUnreadKeptAsync(cancellationToken);
        if (!kept.Succeeded)
        {
            return Problem(kept.Error);
        }

        bool[] isRecent = [.. kept.Value.Select((notification, at) => at < ShownAtLeast || IsUnread(notification))];
        Recent = [.. kept.Value.Where((_, at) => isRecent[at])];
        Older = [.. kept.Value.Where((_, at) => !isRecent[at])];
        return Page();
    }

    /// <summary>Returns the number of unread notifications as plain text; page.js shows it in the navigation of every page.</summary>
    public async Task<IActionResult> OnGetUnreadAsync(CancellationToken cancellationToken)
    {
        var kept = await WithUnreadKeptAsync(cancellationToken);
        return kept.Succeeded ? Content(kept.Value.Count(IsUnread).ToString(CultureInfo.InvariantCulture)) : new NoContentResult();
    }

    /// <summary>Marks all notifications as read.</summary>
    public async Task<IActionResult> OnPostReadAllAsync(CancellationToken cancellationToken)
    {
        var kept = await WithUnreadKeptAsync(cancellationToken);
        if (!kept.Succeeded)
        {
            return Problem(kept.Error);
        }

        foreach (var some in kept.Value.Where(IsUnread).Chunk(MarkedAtOnce))
        {
            var marked = await Task.WhenAll(some.Select(notification => customers.ReadAsync(notification.Id, cancellationToken)));
            if (marked.FirstOrDefault(one => !one.Succeeded) is { Error: { } fault })
            {
                return Problem(fault);
            }
        }

        return SeeOther("/notifications");
    }

    /// <summary>Marks one notification as read.</summary>
    public async Task<IActionResult> OnPostReadAsync(string? id, CancellationToken cancellationToken) =>
        Done(await customers.ReadAsync(id ?? "", cancellationToken));

    /// <summary>Dismisses one notification.</summary>
    public async Task<IActionResult> OnPostDismissAsync(string? id, CancellationToken cancellationToken) =>
        Done(await customers.DismissAsync(id ?? "", cancellationToken));

    private static bool IsUnread(NotificationResponse notification) => notification.Status == NotificationStatus.Unread;

    private async Task<Result<IReadOnlyList<NotificationResponse>>> WithUnreadKeptAsync(CancellationToken cancellationToken)
    {
        var all = await customers.NotificationsAsync(cancellationToken);
        return all.Succeeded
            ? all.Value.Items.Where(notification => notification.Status != NotificationStatus.Dismissed).ToList()
            : all.Error;
    }

    private IActionResult Done(Result<NotificationResponse> marked) =>
        marked.Succeeded ? SeeOther("/notifications") : Problem(marked.Error);
}
