using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.OrderService.Consumers;

/// <summary>Paid, or cash due: the order is confirmed.</summary>
public sealed class ConfirmPaidOrder(IRepository<Order> orders) : IConsumer<PaymentSucceeded>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<PaymentSucceeded> context) =>
        (
            await orders.Change(
                context.Message.OrderId,
                order => order.Apply(context.Message, context.Cause()),
                context.Handled(this),
                context.CancellationToken
            )
        ).OrThrow();
}

/// <summary>Not paid: the order is cancelled.</summary>
public sealed class CancelUnpaidOrder(IRepository<Order> orders) : IConsumer<PaymentFailed>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<PaymentFailed> context) =>
        (
            await orders.Change(
                context.Message.OrderId,
                order => order.Apply(context.Message, context.Cause()),
                context.Handled(this),
                context.CancellationToken
            )
        ).OrThrow();
}

/// <summary>The money is back with the customer.</summary>
public sealed class NoteRefund(IRepository<Order> orders) : IConsumer<PaymentRefunded>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<PaymentRefunded> context) =>
        (
            await orders.Change(
                context.Message.OrderId,
                order => order.Apply(context.Message),
                context.Handled(this),
                context.CancellationToken
            )
        ).OrThrow();
}
