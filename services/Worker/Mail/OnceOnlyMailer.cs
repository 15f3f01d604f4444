namespace MariosPizzeria.Worker.Mail;

/// <summary>
/// Sends a mail if its document does not record it as sent. A lease prevents two workers from sending it at the same time; it is sent
/// twice, with the same message id, only if a worker dies between the server's response and the record.
/// </summary>
public sealed class OnceOnlyMailer(IMailer mailer, ICache cache, RandomSource random)
{
    // Longer than the mailer's timeout.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>Writes, sends and records the mail, unless it has been sent.</summary>
    /// <param name="id">Id of the mail.</param>
    /// <param name="write">
    /// Creates the message, or returns null if there is none to send. Called under the lease, and without it if another worker holds it.
    /// </param>
    /// <param name="record">Records that it was sent, or that there is no such recipient (false).</param>
    /// <param name="cancellationToken">Ends the wait; a mail that was sent is recorded nevertheless.</param>
    /// <exception cref="ConcurrencyException">
    /// Another worker holds the lease and has not recorded the mail: it sends it, or died while sending it.
    /// </exception>
    public async Task SendAsync(string id, Func<Task<MailContent?>> write, Func<bool, Task> record, CancellationToken cancellationToken)
    {
        var (lease, holder) = ($"mail:{id}", random.NextId().ToString("N"));
        if (!await cache.AddAsync(lease, holder, Lease, cancellationToken))
        {
            // Copies of a message that arrive together would otherwise wait for the lease one after the other, each only to find the record.
            if (await write() is null)
            {
                return;
            }

            throw new ConcurrencyException("Another worker is sending this mail.");
        }

        try
        {
            if (await write() is { } letter)
            {
                await record(await mailer.SendAsync(letter, cancellationToken));
            }
        }
        finally
        {
            await cache.RemoveAsync(lease, holder, CancellationToken.None);
        }
    }
}
