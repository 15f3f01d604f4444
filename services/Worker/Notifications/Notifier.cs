using MariosPizzeria.Worker.Mail;
using MassTransit;

namespace MariosPizzeria.Worker.Notifications;

/// <summary>Stores notifications of customers; if mail is configured, together with the event that causes the mail.</summary>
public sealed class Notifier(IRepository<Notification> notifications, MailOptions mail)
{
    /// <summary>Notifies a customer of an event, once for each event.</summary>
    /// <param name="type">For example <c>order_ready</c>.</param>
    /// <param name="expectedAt">When the order is expected, if that has changed.</param>
    public Task NotifyAsync<T>(
        ConsumeContext<T> context,
        IConsumer<T> consumer,
        string customerId,
        string type,
        string title,
        string message,
        DateTimeOffset? expectedAt = null
    )
        where T : OrderEvent =>
        NotifyAsync(context, consumer, Notification.Of(context.Message, customerId, type, title, message, expectedAt));

    /// <summary>Stores a notification once for each event, also if the event is redelivered.</summary>
    public Task NotifyAsync<T>(ConsumeContext<T> context, IConsumer<T> consumer, Notification notification)
        where T : OrderEvent =>
        notifications.AddAsync(
            notification,
            mail.IsConfigured
                ?
                [
                    new CustomerNotified
                    {
                        OrderId = context.Message.OrderId,
                        CustomerId = notification.CustomerId,
                        NotificationId = notification.Id,
                    }.Because(context.Cause()),
                ]
                : [],
            context.Handled(consumer),
            context.CancellationToken
        );
}
