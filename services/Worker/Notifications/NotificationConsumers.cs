using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Ordering.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.Working.Notifications;

/// <summary>Tells the customer that the pizzas will be made, and when they are promised.</summary>
public sealed class NotifyOfConfirmation(IRepository<Notification> notifications) : IConsumer<OrderConfirmed>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<OrderConfirmed> context) =>
        notifications.Add(
            Notification.Of(
                context.Message,
                context.Message.CustomerId,
                "order_confirmed",
                "Order confirmed",
                "Your order is confirmed and waits for the oven."
            ),
            [],
            context.Handled(this),
            context.CancellationToken
        );
}

/// <summary>Tells the customer that the pizzas are out of the oven.</summary>
public sealed class NotifyOfReadiness(IRepository<Notification> notifications, IRepository<Order> orders) : IConsumer<OrderReady>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<OrderReady> context)
    {
        // The kitchen does not know whose order it bakes; the worker shares the database of the service that does.
        if (await orders.Find(context.Message.OrderId, context.CancellationToken) is not { } order)
        {
            return;
        }

        await notifications.Add(
            Notification.Of(
                context.Message,
                order.Customer.Id,
                "order_ready",
                "Order ready",
                order.Fulfilment == Fulfilment.Pickup
                    ? "Your order is ready for you to fetch."
                    : "Your order is out of the oven and waits for a driver."
            ),
            [],
            context.Handled(this),
            context.CancellationToken
        );
    }
}

/// <summary>Wishes a good appetite.</summary>
public sealed class NotifyOfDelivery(IRepository<Notification> notifications) : IConsumer<OrderDelivered>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<OrderDelivered> context) =>
        notifications.Add(
            Notification.Of(
                context.Message,
                context.Message.CustomerId,
                "order_delivered",
                "Order delivered",
                "Your order has been handed over. Buon appetito!"
            ),
            [],
            context.Handled(this),
            context.CancellationToken
        );
}

/// <summary>Tells the customer that the pizzas will not be made, and why.</summary>
public sealed class NotifyOfCancellation(IRepository<Notification> notifications) : IConsumer<OrderCancelled>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<OrderCancelled> context) =>
        notifications.Add(
            Notification.Of(
                context.Message,
                context.Message.CustomerId,
                "order_cancelled",
                "Order cancelled",
                Reason(context.Message.Reason) + (context.Message.RefundDue ? " What you paid is on its way back." : "")
            ),
            [],
            context.Handled(this),
            context.CancellationToken
        );

    private static string Reason(string reason) =>
        reason switch
        {
            CancellationReasons.PaymentDeclined => "Your card was declined, so the order was cancelled.",
            CancellationReasons.PaymentUnavailable => "Your card could not be charged right now, so the order was cancelled.",
            CancellationReasons.PaymentExpired => "The payment did not arrive in time, so the order was cancelled.",
            _ => $"Your order was cancelled: {reason}",
        };
}
