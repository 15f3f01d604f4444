using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MariosPizzeria.Worker.Mail;
using MassTransit;

namespace MariosPizzeria.Worker.Notifications;

/// <summary>Stores what customers are told; where mail is sent, together with the event that has it mailed.</summary>
public sealed class Notifier(IRepository<Notification> notifications, MailOptions mail)
{
    /// <summary>Once for each event, however often it comes.</summary>
    public Task Notify<T>(ConsumeContext<T> context, IConsumer<T> consumer, Notification notification)
        where T : OrderEvent =>
        notifications.Add(
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
