using MassTransit;

namespace MariosPizzeria.Worker.Notifications;

/// <summary>Notifies the customer that the order is confirmed.</summary>
[ConsumerNames(queue: "worker-notify-of-confirmation", inboxKey: "NotifyOfConfirmation")]
public sealed class OrderConfirmedConsumer(Notifier notifier) : IConsumer<OrderConfirmed>
{
    public Task Consume(ConsumeContext<OrderConfirmed> context) =>
        notifier.NotifyAsync(
            context,
            this,
            context.Message.CustomerId,
            "order_confirmed",
            "Order confirmed",
            "Your order is confirmed and waits for the oven."
        );
}

/// <summary>Notifies the customer that the pizzas are out of the oven.</summary>
[ConsumerNames(queue: "worker-notify-of-readiness", inboxKey: "NotifyOfReadiness")]
public sealed class OrderReadyConsumer(Notifier notifier, IRepository<Order> orders) : IConsumer<OrderReady>
{
    public async Task Consume(ConsumeContext<OrderReady> context)
    {
        // The event does not name the customer; the worker shares the database of the Order service, which knows it.
        if (await orders.FindAsync(context.Message.OrderId, context.CancellationToken) is not { } order)
        {
            return;
        }

        await notifier.NotifyAsync(
            context,
            this,
            Notification.Of(
                context.Message with
                {
                    Number = order.Number,
                },
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

/// <summary>Notifies the customer that the order was handed over.</summary>
[ConsumerNames(queue: "worker-notify-of-delivery", inboxKey: "NotifyOfDelivery")]
public sealed class OrderDeliveredConsumer(Notifier notifier) : IConsumer<OrderDelivered>
{
    public Task Consume(ConsumeContext<OrderDelivered> context) =>
        context.Message.IsRepeated
            ? Task.CompletedTask
            : notifier.NotifyAsync(
                context,
                this,
                context.Message.CustomerId,
                "order_delivered",
                "Order delivered",
                "Your order has been handed over. Buon appetito!"
            );
}

/// <summary>Notifies the customer, at the first failed delivery of the order, that it arrives later.</summary>
[ConsumerNames(queue: "worker-notify-of-failed-delivery", inboxKey: "NotifyOfFailedDelivery")]
public sealed class DeliveryFailedConsumer(Notifier notifier) : IConsumer<DeliveryFailed>
{
    public Task Consume(ConsumeContext<DeliveryFailed> context) =>
        notifier.NotifyAsync(
            context,
            this,
            Notification.OncePerOrder(
                context.Message,
                context.Message.CustomerId,
                "delivery_failed",
                "Order comes later",
                "We could not hand your order over. A driver brings it again; it comes later than we said."
            )
        );
}

/// <summary>Notifies the customer that the pizzas will not be made, and why.</summary>
[ConsumerNames(queue: "worker-notify-of-cancellation", inboxKey: "NotifyOfCancellation")]
public sealed class OrderCancelledConsumer(Notifier notifier) : IConsumer<OrderCancelled>
{
    public Task Consume(ConsumeContext<OrderCancelled> context) =>
        notifier.NotifyAsync(
            context,
            this,
            context.Message.CustomerId,
            "order_cancelled",
            "Order cancelled",
            Reason(context.Message.Reason) + (context.Message.RefundDue ? " What you paid is on its way back." : "")
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

/// <summary>Notifies the customer that the order takes longer than promised, and gives the new time.</summary>
[ConsumerNames(queue: "worker-notify-of-delay", inboxKey: "NotifyOfDelay")]
public sealed class OrderLateConsumer(Notifier notifier, BusinessDays days) : IConsumer<OrderLate>
{
    public Task Consume(ConsumeContext<OrderLate> context) =>
        notifier.NotifyAsync(
            context,
            this,
            context.Message.CustomerId,
            "order_late",
            "Order late",
            context.Message.NewPromisedAt is { } expected
                ? $"Your order takes longer than we promised. We are sorry: we now expect it at {days.Local(expected):HH:mm}."
                : "Your order takes longer than we promised. We are sorry, and on it.",
            context.Message.NewPromisedAt
        );
}

/// <summary>Notifies the managers of a late order.</summary>
[ConsumerNames(queue: "worker-alarm-managers", inboxKey: "AlarmManagers")]
public sealed class OrderLateManagerConsumer(IRepository<Notification> notifications, BusinessDays days) : IConsumer<OrderLate>
{
    public Task Consume(ConsumeContext<OrderLate> context) =>
        notifications.AddAsync(
            Notification.ForManagers(
                context.Message,
                "order_late",
                "Order late",
                $"An order was promised for {days.Local(context.Message.PromisedAt):HH:mm} and is late."
            ),
            [],
            context.Handled(this),
            context.CancellationToken
        );
}

/// <summary>Notifies the customer that a request to cancel, which could not be decided at once, came too late.</summary>
[ConsumerNames(queue: "worker-notify-of-refusal", inboxKey: "NotifyOfRefusal")]
public sealed class CancellationRefusedConsumer(Notifier notifier, IRepository<Order> orders) : IConsumer<CancellationRefused>
{
    public async Task Consume(ConsumeContext<CancellationRefused> context)
    {
        if (await orders.FindAsync(context.Message.OrderId, context.CancellationToken) is { } order)
        {
            await notifier.NotifyAsync(
                context,
                this,
                order.Customer.Id,
                "cancellation_refused",
                "Too late to cancel",
                "Your order was in the oven already, so it could not be cancelled."
            );
        }
    }
}

/// <summary>Notifies the managers that a pizza or a topping can't be ordered.</summary>
[ConsumerNames(queue: "worker-notify-of-sold-out", inboxKey: "NotifyOfSoldOut")]
public sealed class MenuChangedConsumer(IRepository<Notification> notifications) : IConsumer<MenuChanged>
{
    public async Task Consume(ConsumeContext<MenuChanged> context)
    {
        if (context.Message is { Change: "availability" or "topping", Available: false } soldOut)
        {
            await notifications.AddAsync(
                Notification.ForManagers(
                    soldOut,
                    "sold_out",
                    "Sold out",
                    $"{soldOut.Topping ?? soldOut.PizzaId} can't be ordered: {soldOut.UnavailableReason ?? "no reason given"}"
                ),
                [],
                context.Handled(this),
                context.CancellationToken
            );
        }
    }
}
