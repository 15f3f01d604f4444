namespace MariosPizzeria.Worker.Mail;

/// <summary>
/// Limits how many mails are sent to an account's address; above the limit, the account's notifications are only on its page.
/// </summary>
public sealed class MailLimit(ICache cache, MailOptions options)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Counts a mail.</summary>
    /// <param name="id">The mail's id: a retry is not counted twice.</param>
    /// <returns>Whether it may be sent.</returns>
    public async Task<bool> TryConsumeAsync(string accountId, string id, CancellationToken cancellationToken) =>
        options.PerAccountPerHour == 0
        || await cache.TryEnterAsync($"mails:{accountId}", id, options.PerAccountPerHour, Hour, cancellationToken);
}
