using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Ordering.Accounts;
using MariosPizzeria.Ordering.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.Working.Mail;

/// <summary>Mails a customer what was notified, if the account has an address.</summary>
public sealed partial class MailNotification(
    IRepository<Notification> notifications,
    IRepository<Account> accounts,
    MailOnce mail,
    MailOptions options,
    TimeProvider time,
    ILogger<MailNotification> logger
) : IConsumer<CustomerNotified>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<CustomerNotified> context)
    {
        var (id, customer) = (context.Message.NotificationId, context.Message.CustomerId);
        if (!options.IsConfigured || await accounts.Find(customer, context.CancellationToken) is not { Email: { Length: > 0 } address })
        {
            return;
        }

        await mail.Send(
            id,
            async () =>
                await notifications.Find(id, context.CancellationToken) is { MailedAt: null } notification
                    ? new(id, address, $"{notification.Title} - Mario's Pizzeria", Text(notification))
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

    private static string Text(Notification notification) =>
        $"{notification.Message}\n\nYour order: {notification.OrderId}\n\nMario's Pizzeria\n";

    [LoggerMessage(230, LogLevel.Warning, "The mail server knows no reader at the address of customer {customer_id}")]
    private static partial void LogNoReader(ILogger logger, string customer_id);
}
