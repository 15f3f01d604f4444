using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.OrderService.Consumers;

/// <summary>Paid, or cash due: the order is confirmed.</summary>
[ConsumerNames(queue: "order-confirm-paid-order", inboxKey: "ConfirmPaidOrder")]
public sealed class PaymentSucceededConsumer(IRepository<Order> orders) : IConsumer<PaymentSucceeded>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<PaymentSucceeded> context) =>
        orders.ApplyAsync(context, this, order => order.Apply(context.Message, context.Cause()));
}

/// <summary>Not paid: the order is cancelled.</summary>
[ConsumerNames(queue: "order-cancel-unpaid-order", inboxKey: "CancelUnpaidOrder")]
public sealed class PaymentFailedConsumer(IRepository<Order> orders) : IConsumer<PaymentFailed>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<PaymentFailed> context) =>
        orders.ApplyAsync(context, this, order => order.Apply(context.Message, context.Cause()));
}

/// <summary>The money is back with the customer.</summary>
[ConsumerNames(queue: "order-note-refund", inboxKey: "NoteRefund")]
public sealed class PaymentRefundedConsumer(IRepository<Order> orders) : IConsumer<PaymentRefunded>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<PaymentRefunded> context) => orders.ApplyAsync(context, this, order => order.Apply(context.Message));
}
