using MassTransit;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.Worker.Payments;

/// <summary>Accepts a cash payment at once: the money is due at the door.</summary>
[ConsumerNames(queue: "worker-accept-cash", inboxKey: "AcceptCash")]
public sealed class CashPaymentRequestedConsumer(IRepository<Payment> payments, TimeProvider time) : IConsumer<PaymentRequested>
{
    public async Task Consume(ConsumeContext<PaymentRequested> context)
    {
        if (context.Message.Method == PaymentMethod.Cash)
        {
            var payment = Payment.For(context.Message);
            var events = payment.Succeed(reference: null, context.CreateCause(time));

            // This has no effect if there is a payment: it was accepted before.
            await payments.AddAsync(payment, events, context.Handled(this), context.CancellationToken);
        }
    }
}

/// <summary>
/// Charges a card. If the provider does not respond, the charge is retried with increasing pauses (the message's retry), until the
/// payment's time limit is over.
/// </summary>
[ConsumerNames(queue: "worker-charge-card", inboxKey: "ChargeCard")]
public sealed class CardPaymentRequestedConsumer(
    IRepository<Payment> payments,
    PaymentProvider provider,
    PaymentProviderOptions options,
    PaymentMetrics metrics,
    TimeProvider time
) : IConsumer<PaymentRequested>
{
    public async Task Consume(ConsumeContext<PaymentRequested> context)
    {
        var requested = context.Message;
        if (requested.Method == PaymentMethod.Cash)
        {
            return;
        }

        var payment = await payments.FindAsync(requested.OrderId, context.CancellationToken) ?? Payment.For(requested);
        if (payment.IsSettled())
        {
            // The provider may have executed an attempt of this message after the payment expired.
            if (payment.Reason == CancellationReasons.PaymentExpired)
            {
                (
                    await payments.ChangeAsync(
                        payment.Id,
                        expired => expired.RequestRefund(context.CreateCause(time)),
                        context.Handled(this),
                        context.CancellationToken
                    )
                ).OrThrow();
            }

            return;
        }

        if (!options.IsConfigured)
        {
            await SaveAsync(payment, payment.Fail(CancellationReasons.PaymentUnavailable, context.CreateCause(time)), context);
            return;
        }

        ChargeAnswer answer;
        try
        {
            answer = await provider.ChargeAsync(requested.OrderId, requested.Amount, requested.CardToken ?? "", context.CancellationToken);
        }
        catch (ServiceUnavailableException)
        {
            var events = payment.RecordNoAnswer(context.CreateCause(time));
            await SaveAsync(payment, events, context, ChargeResult.Unanswered);
            if (payment.IsSettled())
            {
                return;
            }

            throw;
        }

        await SaveAsync(
            payment,
            answer.IsPaid
                ? payment.Succeed(answer.Reference, context.CreateCause(time))
                : payment.Fail(CancellationReasons.PaymentDeclined, context.CreateCause(time)),
            context,
            answer.IsPaid ? ChargeResult.Paid : ChargeResult.Declined
        );
    }

    private async Task SaveAsync(
        Payment payment,
        IReadOnlyList<Event> events,
        ConsumeContext<PaymentRequested> context,
        ChargeResult? attempt = null
    )
    {
        // The message is recorded as handled only if the payment is settled; recording a missing response does not handle it.
        var handled = payment.IsSettled() ? context.Handled(this) : null;
        switch (await payments.SaveAsync(payment, events, handled, context.CancellationToken))
        {
            case SaveResult.Conflict:
                throw new ConcurrencyException("Another worker handles the same payment.");
            case SaveResult.Saved when attempt is { } result:
                metrics.Attempted(result);
                break;
        }
    }
}

/// <summary>
/// Refunds the money that was collected for an order that will not be made. If no provider is configured, the refund stays due: the payment
/// records it, and <c>fix-corrupted-orders</c> reports it.
/// </summary>
[ConsumerNames(queue: "worker-give-back", inboxKey: "GiveBack")]
public sealed partial class RefundRequestedConsumer(
    IRepository<Payment> payments,
    PaymentProvider provider,
    PaymentProviderOptions options,
    TimeProvider time,
    ILogger<RefundRequestedConsumer> logger
) : IConsumer<RefundRequested>
{
    public async Task Consume(ConsumeContext<RefundRequested> context)
    {
        var (order, stop) = (context.Message.OrderId, context.CancellationToken);
        var payment = await payments.FindAsync(order, stop);
        if (payment?.Status == CollectionStatus.Refunded)
        {
            return;
        }

        if (!options.IsConfigured)
        {
            LogOwed(logger, order);
            if (payment is not null)
            {
                (await payments.UpdateAsync(order, owing => owing.MarkRefundDue(time.GetUtcNow()), context.Handled(this), stop)).OrThrow();
            }

            return;
        }

        // The provider returns one response for one key. For a failed payment it may have returned "nothing taken" while an attempt was in
        // progress, so each request for its refund has its own key; a collected payment is refunded under one key.
        var key = payment?.Status == CollectionStatus.Collected ? order : $"{order}-{context.Message.EventId:N}";
        var reference = await provider.RefundAsync(order, key, context.Message.Amount, stop);
        if (payment is null)
        {
            // There is no record of a payment that could be due a refund: the provider has refunded whatever it had taken.
            return;
        }

        var refunded = await payments.ChangeAsync(
            order,
            current => current.Refund(reference, context.CreateCause(time)),
            context.Handled(this),
            stop
        );
        if (refunded.OrThrow() is { Status: CollectionStatus.Collected, RefundDueSince: not null })
        {
            LogUnknown(logger, order);
        }
    }

    [LoggerMessage(
        240,
        LogLevel.Warning,
        "Order {order_id} is owed a refund, but no payment provider is configured",
        EventName = "refund_owed"
    )]
    private static partial void LogOwed(ILogger logger, string order_id);

    [LoggerMessage(241, LogLevel.Error, "Order {order_id} is owed a refund, but the provider reports no charge for it")]
    private static partial void LogUnknown(ILogger logger, string order_id);
}

/// <summary>Causes of the worker's own actions.</summary>
internal static class Causes
{
    /// <summary>Returns a cause with the worker as the actor, the current time, and the message's ids.</summary>
    public static Cause CreateCause<T>(this ConsumeContext<T> context, TimeProvider time)
        where T : Event => context.Cause() with { Actor = "worker", At = time.GetUtcNow() };
}
