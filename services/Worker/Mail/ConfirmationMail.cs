using System.Text;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MariosPizzeria.ServiceDefaults.Security;
using MassTransit;

namespace MariosPizzeria.Worker.Mail;

/// <summary>
/// Asks the reader of an address whether it is theirs. Anybody can type anybody's address, so that few of these go to one, whatever
/// accounts say it is theirs.
/// </summary>
public sealed class ConfirmationMail(Mailer mailer, MailLimit limit, ICache cache, MailOptions options, EmailToken tokens, ServerKey key)
{
    private const int MostPerDay = 5;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Sends it, unless too many were sent.</summary>
    /// <param name="account">One with an address.</param>
    /// <param name="id">Of what leads to it: the same is not counted twice.</param>
    /// <param name="isReminder">Whether nobody has just asked for it: then one a day is enough.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task SendAsync(Account account, string id, bool isReminder, CancellationToken cancellationToken)
    {
        var address = key.Hash("mail-address", Encoding.UTF8.GetBytes(account.Email!.ToLowerInvariant()));
        if (
            await cache.EnterAsync(
                $"mail-confirmations:{Convert.ToHexStringLower(address)}",
                id,
                isReminder ? 1 : MostPerDay,
                Day,
                cancellationToken
            ) && await limit.TakeAsync(account.Id, id, cancellationToken)
        )
        {
            await mailer.Send(Write(account, id), cancellationToken);
        }
    }

    private Letter Write(Account account, string id)
    {
        var token = tokens.For(account);
        var how = options.SiteAddress is { } site
            ? $"{new Uri(site, $"/profile/email/confirm?token={Uri.EscapeDataString(token)}")}"
            : $"Enter this code on the page /profile/email/confirm of our site:\n\n{token}";
        return new(
            $"confirm-{id}",
            account.Email!,
            "Is this your address? - Mario's Pizzeria",
            $"Somebody gave this address to Mario's Pizzeria. If it was you, confirm it within a week:\n\n{how}\n\n"
                + "If it was not you, do nothing: you will hear no more of it.\n\nMario's Pizzeria\n"
        );
    }
}

/// <summary>Mails the confirmation that an account's new address needs.</summary>
[ConsumerNames(queue: "worker-email-confirmation-requested", inboxKey: "EmailConfirmationRequestedConsumer")]
public sealed class EmailConfirmationRequestedConsumer(IRepository<Account> accounts, ConfirmationMail mail, MailOptions options)
    : IConsumer<EmailConfirmationRequested>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<EmailConfirmationRequested> context)
    {
        if (
            options.IsConfigured
            && await accounts.Find(context.Message.AccountId, context.CancellationToken) is { Email.Length: > 0 } account
            && !account.HasConfirmedEmail()
        )
        {
            await mail.SendAsync(account, context.Message.EventId.ToString("N"), isReminder: false, context.CancellationToken);
        }
    }
}
