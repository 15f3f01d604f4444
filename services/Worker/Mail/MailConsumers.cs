using MariosPizzeria.OrderService.Accounts;
using MassTransit;

namespace MariosPizzeria.Worker.Mail;

/// <summary>
/// Mails a notification to its customer, if the account has a confirmed address. If the address is not confirmed, the confirmation mail is
/// sent instead, once a day: accounts that are older than the confirmation have never received one.
/// </summary>
[ConsumerNames(queue: "worker-mail-notification", inboxKey: "MailNotification")]
public sealed partial class CustomerNotifiedConsumer(
    IRepository<Notification> notifications,
    IRepository<Account> accounts,
    OnceOnlyMailer mail,
    MailLimit limit,
    ConfirmationMail confirmation,
    MailOptions options,
    BusinessDays days,
    TimeProvider time,
    ILogger<CustomerNotifiedConsumer> logger
) : IConsumer<CustomerNotified>
{
    public async Task Consume(ConsumeContext<CustomerNotified> context)
    {
        var (id, customer) = (context.Message.NotificationId, context.Message.CustomerId);
        if (
            !options.IsConfigured
            || await accounts.FindAsync(customer, context.CancellationToken) is not { Email: { Length: > 0 } address } account
        )
        {
            return;
        }

        if (!account.HasConfirmedEmail())
        {
            await confirmation.SendAsync(account, id, isReminder: true, context.CancellationToken);
            return;
        }

        if (!await limit.TryConsumeAsync(account.Id, id, context.CancellationToken))
        {
            LogTooMany(logger, customer);
            return;
        }

        await mail.SendAsync(
            id,
            async () =>
                await notifications.FindAsync(id, context.CancellationToken) is { MailedAt: null } notification
                    ? NotificationMail.Of(notification, address, options.SiteAddress, days)
                    : null,
            async isTaken =>
            {
                if (!isTaken)
                {
                    LogNoReader(logger, customer);
                }

                (
                    await notifications.UpdateAsync(
                        id,
                        stored => stored.Mail(time.GetUtcNow()),
                        context.Handled(this),
                        CancellationToken.None
                    )
                ).OrThrow();
            },
            context.CancellationToken
        );
    }

    [LoggerMessage(230, LogLevel.Warning, "The mail server has no mailbox for the address of customer {customer_id}")]
    private static partial void LogNoReader(ILogger logger, string customer_id);

    [LoggerMessage(231, LogLevel.Warning, "Customer {customer_id} has reached the hourly limit of mails; this mail is not sent")]
    private static partial void LogTooMany(ILogger logger, string customer_id);
}
