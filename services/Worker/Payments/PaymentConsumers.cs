using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.Worker.Payments;

/// <summary>Cash is due at the door: the payment is as good as collected at once.</summary>
[ConsumerNames(queue: "worker-accept-cash", inboxKey: "AcceptCash")]
public sealed class CashPaymentRequestedConsumer(IRepository<Payment> payments, TimeProvider time) : IConsumer<PaymentRequested>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<PaymentRequested> context)
    {
        if (context.Message.Method == PaymentMethod.Cash)
        {
            var payment = Payment.For(context.Message);
            var events = payment.Succeed(reference: null, context.CauseNow(time));

            // Refused where there is one: accepted before.
            await payments.Add(payment, events, context.Handled(this), context.CancellationToken);
        }
    }
}

/// <summary>
/// Charges a card. A provider that does not answer is asked again with growing pauses (the message's retry), until the payment's
/// patience is over.
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
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<PaymentRequested> context)
    {
        var requested = context.Message;
        if (requested.Method == PaymentMethod.Cash)
        {
            return;
        }

        var payment = await payments.Find(requested.OrderId, context.CancellationToken) ?? Payment.For(requested);
        if (payment.IsSettled())
        {
            // An attempt of this message may have been carried out after the payment expired.
            if (payment.Reason == CancellationReasons.PaymentExpired)
            {
                (
                    await payments.Change(
                        payment.Id,
                        expired => expired.RequestRefund(context.CauseNow(time)),
                        context.Handled(this),
                        context.CancellationToken
                    )
                ).OrThrow();
            }

            return;
        }

        if (!options.IsConfigured)
        {
            await Save(payment, payment.Fail(CancellationReasons.PaymentUnavailable, context.CauseNow(time)), context);
            return;
        }

        ChargeAnswer answer;
        try
        {
            answer = await provider.Charge(requested.OrderId, requested.Amount, requested.CardToken ?? "", context.CancellationToken);
        }
        catch (ServiceUnavailableException)
        {
            var events = payment.GoUnanswered(context.CauseNow(time));
            await Save(payment, events, context, ChargeResult.Unanswered);
            if (payment.IsSettled())
            {
                return;
            }

            throw;
        }

        await Save(
            payment,
            answer.IsPaid
                ? payment.Succeed(answer.Reference, context.CauseNow(time))
                : payment.Fail(CancellationReasons.PaymentDeclined, context.CauseNow(time)),
            context,
            answer.IsPaid ? ChargeResult.Paid : ChargeResult.Declined
        );
    }

    private async Task Save(
        Payment payment,
        IReadOnlyList<Event> events,
        ConsumeContext<PaymentRequested> context,
        ChargeResult? attempt = null
    )
    {
        // Only what settles it is the handling of the message; noting that nobody answered is not.
        var handled = payment.IsSettled() ? context.Handled(this) : null;
        switch (await payments.Save(payment, events, handled, context.CancellationToken))
        {
            case SaveResult.Conflict:
                throw new TimeoutException("Another worker holds the same payment; what it made of it is looked at again.");
            case SaveResult.Saved when attempt is { } result:
                metrics.Attempted(result);
                break;
        }
    }
}

/// <summary>
/// Gives back what was taken for an order that will not be made. Where no provider is configured the refund stays owed: its payment
/// says so, and <c>fix-corrupted-orders</c>.
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
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<RefundRequested> context)
    {
        var (order, stop) = (context.Message.OrderId, context.CancellationToken);
        var payment = await payments.Find(order, stop);
        if (payment?.Status == CollectionStatus.Refunded)
        {
            return;
        }

        if (!options.IsConfigured)
        {
            LogOwed(logger, order);
            await payments.Update(order, owing => owing.OweRefund(time.GetUtcNow()), context.Handled(this), stop);
            return;
        }

        // The provider gives one answer to one key. Of a payment that failed it may have said "nothing taken" while an attempt was under
        // way, so each request for its refund has a key of its own; what was collected is given back under one.
        var key = payment?.Status == CollectionStatus.Collected ? order : $"{order}-{context.Message.EventId:N}";
        var reference = await provider.Refund(order, key, context.Message.Amount, stop);
        if (payment is null)
        {
            // There is no record that could owe it: whatever the provider had taken, it has given back.
            return;
        }

        var refunded = await payments.Change(
            order,
            current => current.Refund(reference, context.CauseNow(time)),
            context.Handled(this),
            stop
        );
        if (refunded.OrThrow().RefundDueSince is not null)
        {
            LogUnknown(logger, order);
        }
    }

    [LoggerMessage(
        240,
        LogLevel.Warning,
        "Order {order_id} is owed a refund, and no payment provider is configured",
        EventName = "refund_owed"
    )]
    private static partial void LogOwed(ILogger logger, string order_id);

    [LoggerMessage(241, LogLevel.Error, "Order {order_id} is owed a refund, and the provider says that nothing was taken for it")]
    private static partial void LogUnknown(ILogger logger, string order_id);
}

/// <summary>What the worker does on its own account.</summary>
internal static class Causes
{
    /// <summary>The worker, now, in the course of what the message belongs to.</summary>
    public static Cause CauseNow<T>(this ConsumeContext<T> context, TimeProvider time)
        where T : Event => context.Cause() with { Actor = "worker", At = time.GetUtcNow() };
}
