using MariosPizzeria.ServiceDefaults.Caching;

namespace MariosPizzeria.Worker.Mail;

/// <summary>
/// Mails what a document remembers to have been mailed. A lease keeps two workers from mailing it at the same time; only a worker that
/// dies between the server's answer and the record mails it twice, with the same message id.
/// </summary>
public sealed class MailOnce(Mailer mailer, ICache cache)
{
    // Longer than the mailer's patience.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>Writes, sends and records, unless it has been sent.</summary>
    /// <param name="id">Of what is mailed.</param>
    /// <param name="write">The letter, or null where there is none to send (any more). Called under the lease.</param>
    /// <param name="record">Remembers that it was sent, or that there is no such reader (false).</param>
    /// <param name="cancellationToken">Ends the wait; what was sent is recorded nevertheless.</param>
    /// <exception cref="TimeoutException">Another worker is at it: to be looked at again.</exception>
    public async Task Send(string id, Func<Task<Letter?>> write, Func<bool, Task> record, CancellationToken cancellationToken)
    {
        var (lease, holder) = ($"mail:{id}", Guid.NewGuid().ToString("N"));
        if (!await cache.Add(lease, holder, Lease, cancellationToken))
        {
            throw new TimeoutException("Another worker mails this; whether it did is looked at again.");
        }

        try
        {
            if (await write() is { } letter)
            {
                await record(await mailer.Send(letter, cancellationToken));
            }
        }
        finally
        {
            await cache.Remove(lease, holder, CancellationToken.None);
        }
    }
}
