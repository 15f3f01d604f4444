using MariosPizzeria.ServiceDefaults.Caching;

namespace MariosPizzeria.Worker.Mail;

/// <summary>Bounds how many mails an account has sent to its address; beyond it, the account's notifications are on its page only.</summary>
public sealed class MailLimit(ICache cache, MailOptions options)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Counts a mail in.</summary>
    /// <param name="accountId">Whose it is.</param>
    /// <param name="id">The mail's: tried again, it is not counted twice.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it may be sent.</returns>
    public async Task<bool> TakeAsync(string accountId, string id, CancellationToken cancellationToken) =>
        options.PerAccountPerHour == 0
        || await cache.EnterAsync($"mails:{accountId}", id, options.PerAccountPerHour, Hour, cancellationToken);
}
