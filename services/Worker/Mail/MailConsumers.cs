using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.Worker.Mail;

/// <summary>
/// Mails a customer what was notified, if the account has a confirmed address. To one that is not confirmed it sends the confirmation
/// instead, once a day: the addresses of accounts that are older than confirming have never been asked.
/// </summary>
[ConsumerNames(queue: "worker-mail-notification", inboxKey: "MailNotification")]
public sealed partial class CustomerNotifiedConsumer(
    IRepository<Notification> notifications,
    IRepository<Account> accounts,
    MailOnce mail,
    MailLimit limit,
    ConfirmationMail confirmation,
    MailOptions options,
    TimeProvider time,
    ILogger<CustomerNotifiedConsumer> logger
) : IConsumer<CustomerNotified>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<CustomerNotified> context)
    {
        var (id, customer) = (context.Message.NotificationId, context.Message.CustomerId);
        if (
            !options.IsConfigured
            || await accounts.Find(customer, context.CancellationToken) is not { Email: { Length: > 0 } address } account
        )
        {
            return;
        }

        if (!account.HasConfirmedEmail())
        {
            await confirmation.SendAsync(account, id, isReminder: true, context.CancellationToken);
            return;
        }

        if (!await limit.TakeAsync(account.Id, id, context.CancellationToken))
        {
            LogTooMany(logger, customer);
            return;
        }

        await mail.Send(
            id,
            async () =>
                await notifications.Find(id, context.CancellationToken) is { MailedAt: null } notification
                    ? NotificationMail.Of(notification, address, options.SiteAddress)
                    : null,
            async isTaken =>
            {
                if (!isTaken)
                {
                    LogNoReader(logger, customer);
                }

                (
                    await notifications.Update(id, stored => stored.Mail(time.GetUtcNow()), context.Handled(this), CancellationToken.None)
                ).OrThrow();
            },
            context.CancellationToken
        );
    }

    [LoggerMessage(230, LogLevel.Warning, "The mail server knows no reader at the address of customer {customer_id}")]
    private static partial void LogNoReader(ILogger logger, string customer_id);

    [LoggerMessage(231, LogLevel.Warning, "Customer {customer_id} was mailed often enough within the hour; this is not mailed")]
    private static partial void LogTooMany(ILogger logger, string customer_id);
}
