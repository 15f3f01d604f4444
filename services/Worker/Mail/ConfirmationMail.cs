using System.Text;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.OrderService.Accounts;
using MassTransit;

namespace MariosPizzeria.Worker.Mail;

/// <summary>
/// Asks the owner of an address to confirm it. Anybody can enter any address, so the number of these mails to one address is limited,
/// whichever accounts have it.
/// </summary>
public sealed class ConfirmationMail(IMailer mailer, MailLimit limit, ICache cache, MailOptions options, EmailToken tokens, ServerKey key)
{
    private const int MaxPerDay = 5;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Sends the mail, unless the limit is reached.</summary>
    /// <param name="account">An account with an address.</param>
    /// <param name="id">Id of the event that caused the mail: the same id is not counted twice.</param>
    /// <param name="isReminder">Whether the owner has not just requested the mail; then one a day is sent at most.</param>
    public async Task SendAsync(Account account, string id, bool isReminder, CancellationToken cancellationToken)
    {
        var address = key.Hash("mail-address", Encoding.UTF8.GetBytes(account.Email!.ToLowerInvariant()));
        if (
            await cache.TryEnterAsync(
                $"mail-confirmations:{Convert.ToHexStringLower(address)}",
                id,
                isReminder ? 1 : MaxPerDay,
                Day,
                cancellationToken
            ) && await limit.TryConsumeAsync(account.Id, id, cancellationToken)
        )
        {
            await mailer.SendAsync(Write(account, id), cancellationToken);
        }
    }

    private MailContent Write(Account account, string id)
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

/// <summary>Sends the confirmation mail for an account's new address.</summary>
[ConsumerNames(queue: "worker-email-confirmation-requested", inboxKey: "EmailConfirmationRequestedConsumer")]
public sealed class EmailConfirmationRequestedConsumer(IRepository<Account> accounts, ConfirmationMail mail, MailOptions options)
    : IConsumer<EmailConfirmationRequested>
{
    public async Task Consume(ConsumeContext<EmailConfirmationRequested> context)
    {
        if (
            options.IsConfigured
            && await accounts.FindAsync(context.Message.AccountId, context.CancellationToken) is { Email.Length: > 0 } account
            && !account.HasConfirmedEmail()
        )
        {
            await mail.SendAsync(account, context.Message.EventId.ToString("N"), isReminder: false, context.CancellationToken);
        }
    }
}
