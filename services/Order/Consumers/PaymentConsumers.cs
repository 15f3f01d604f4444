using MariosPizzeria.BuildingBlocks.Messaging;
using MassTransit;

namespace MariosPizzeria.OrderService.Consumers;

/// <summary>Confirms an order that is paid, or whose payment is due in cash.</summary>
[ConsumerNames(queue: "order-confirm-paid-order", inboxKey: "ConfirmPaidOrder")]
public sealed class PaymentSucceededConsumer(IRepository<Order> orders) : IConsumer<PaymentSucceeded>
{
    public Task Consume(ConsumeContext<PaymentSucceeded> context) =>
        orders.ApplyAsync(context, this, order => order.Apply(context.Message, context.Cause()));
}

/// <summary>Cancels an order whose payment failed.</summary>
[ConsumerNames(queue: "order-cancel-unpaid-order", inboxKey: "CancelUnpaidOrder")]
public sealed class PaymentFailedConsumer(IRepository<Order> orders) : IConsumer<PaymentFailed>
{
    public Task Consume(ConsumeContext<PaymentFailed> context) =>
        orders.ApplyAsync(context, this, order => order.Apply(context.Message, context.Cause()));
}

/// <summary>Records that the payment was refunded.</summary>
[ConsumerNames(queue: "order-note-refund", inboxKey: "NoteRefund")]
public sealed class PaymentRefundedConsumer(IRepository<Order> orders) : IConsumer<PaymentRefunded>
{
    public Task Consume(ConsumeContext<PaymentRefunded> context) => orders.ApplyAsync(context, this, order => order.Apply(context.Message));
}
