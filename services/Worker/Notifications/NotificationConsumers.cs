using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.Worker.Notifications;

/// <summary>Tells the customer that the pizzas will be made, and when they are promised.</summary>
[ConsumerNames(queue: "worker-notify-of-confirmation", inboxKey: "NotifyOfConfirmation")]
public sealed class OrderConfirmedConsumer(Notifier notifier) : IConsumer<OrderConfirmed>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<OrderConfirmed> context) =>
        notifier.Notify(
            context,
            this,
            Notification.Of(
                context.Message,
                context.Message.CustomerId,
                "order_confirmed",
                "Order confirmed",
                "Your order is confirmed and waits for the oven."
            )
        );
}

/// <summary>Tells the customer that the pizzas are out of the oven.</summary>
[ConsumerNames(queue: "worker-notify-of-readiness", inboxKey: "NotifyOfReadiness")]
public sealed class OrderReadyConsumer(Notifier notifier, IRepository<Order> orders) : IConsumer<OrderReady>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<OrderReady> context)
    {
        // The kitchen does not know whose order it bakes; the worker shares the database of the service that does.
        if (await orders.Find(context.Message.OrderId, context.CancellationToken) is not { } order)
        {
            return;
        }

        await notifier.Notify(
            context,
            this,
            Notification.Of(
                context.Message,
                order.Customer.Id,
                "order_ready",
                "Order ready",
                order.Fulfilment == Fulfilment.Pickup
                    ? "Your order is ready for you to fetch."
                    : "Your order is out of the oven and waits for a driver."
            )
        );
    }
}

/// <summary>Wishes a good appetite.</summary>
[ConsumerNames(queue: "worker-notify-of-delivery", inboxKey: "NotifyOfDelivery")]
public sealed class OrderDeliveredConsumer(Notifier notifier) : IConsumer<OrderDelivered>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<OrderDelivered> context) =>
        notifier.Notify(
            context,
            this,
            Notification.Of(
                context.Message,
                context.Message.CustomerId,
                "order_delivered",
                "Order delivered",
                "Your order has been handed over. Buon appetito!"
            )
        );
}

/// <summary>Tells the customer that the pizzas will not be made, and why.</summary>
[ConsumerNames(queue: "worker-notify-of-cancellation", inboxKey: "NotifyOfCancellation")]
public sealed class OrderCancelledConsumer(Notifier notifier) : IConsumer<OrderCancelled>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<OrderCancelled> context) =>
        notifier.Notify(
            context,
            this,
            Notification.Of(
                context.Message,
                context.Message.CustomerId,
                "order_cancelled",
                "Order cancelled",
                Reason(context.Message.Reason) + (context.Message.RefundDue ? " What you paid is on its way back." : "")
            )
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

/// <summary>Tells the customer that it takes longer than promised.</summary>
[ConsumerNames(queue: "worker-notify-of-delay", inboxKey: "NotifyOfDelay")]
public sealed class OrderLateConsumer(Notifier notifier) : IConsumer<OrderLate>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<OrderLate> context) =>
        notifier.Notify(
            context,
            this,
            Notification.Of(
                context.Message,
                context.Message.CustomerId,
                "order_late",
                "Order late",
                "Your order takes longer than we promised. We are sorry, and on it."
            )
        );
}

/// <summary>Alarms the managers over a late order.</summary>
[ConsumerNames(queue: "worker-alarm-managers", inboxKey: "AlarmManagers")]
public sealed class OrderLateManagerConsumer(IRepository<Notification> notifications) : IConsumer<OrderLate>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<OrderLate> context) =>
        notifications.Add(
            Notification.ForManagers(
                context.Message,
                "order_late",
                "Order late",
                $"An order was promised for {context.Message.PromisedAt.UtcDateTime:HH:mm} UTC and is not ready."
            ),
            [],
            context.Handled(this),
            context.CancellationToken
        );
}

/// <summary>Tells the customer that a wish to cancel, which could not be decided at once, came too late.</summary>
[ConsumerNames(queue: "worker-notify-of-refusal", inboxKey: "NotifyOfRefusal")]
public sealed class CancellationRefusedConsumer(Notifier notifier, IRepository<Order> orders) : IConsumer<CancellationRefused>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<CancellationRefused> context)
    {
        if (await orders.Find(context.Message.OrderId, context.CancellationToken) is { } order)
        {
            await notifier.Notify(
                context,
                this,
                Notification.Of(
                    context.Message,
                    order.Customer.Id,
                    "cancellation_refused",
                    "Too late to cancel",
                    "Your order was in the oven already, so it could not be cancelled."
                )
            );
        }
    }
}

/// <summary>Tells the managers that a pizza can't be ordered any more.</summary>
[ConsumerNames(queue: "worker-notify-of-sold-out", inboxKey: "NotifyOfSoldOut")]
public sealed class MenuChangedConsumer(IRepository<Notification> notifications) : IConsumer<MenuChanged>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<MenuChanged> context)
    {
        if (context.Message is { Change: "availability", Available: false } soldOut)
        {
            await notifications.Add(
                Notification.ForManagers(
                    soldOut,
                    "sold_out",
                    "Sold out",
                    $"{soldOut.PizzaId} can't be ordered: {soldOut.UnavailableReason ?? "no reason given"}"
                ),
                [],
                context.Handled(this),
                context.CancellationToken
            );
        }
    }
}
