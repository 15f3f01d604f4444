using System.Security.Cryptography;
using System.Text;

namespace MariosPizzeria.OrderService.Domain;

/// <summary>The status of the collection of an order's total.</summary>
public enum CollectionStatus
{
    /// <summary>Requested; the provider has not given a result yet.</summary>
    Requested,
    Collected,
    Failed,
    Refunded,
}

/// <summary>The collection of one order's total. Its id is the order's id, so that an order is not collected twice.</summary>
public sealed class Payment : IDocument
{
    /// <summary>How long the provider is called again if it does not answer, counted from the first failure.</summary>
    public static readonly TimeSpan ProviderTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long after the timeout of its caller an attempt to charge may still be carried out.</summary>
    public static readonly TimeSpan MaxAttemptDuration = TimeSpan.FromMinutes(5);

    private static readonly Event[] Nothing = [];

    private Payment() { }

    public string Id { get; private set; } = "";
    public long Version { get; set; }
    public CollectionStatus Status { get; private set; }
    public Money Amount { get; private set; }
    public PaymentMethod Method { get; private set; }

    /// <summary>The provider's reference; null for cash.</summary>
    public string? Reference { get; private set; }

    /// <summary>The reason of the failure.</summary>
    public string? Reason { get; private set; }

    /// <summary>When the provider did not answer for the first time.</summary>
    public DateTimeOffset? UnansweredSince { get; private set; }
    public DateTimeOffset RequestedAt { get; private set; }
    public DateTimeOffset? SettledAt { get; private set; }

    /// <summary>
    /// Since when a refund is owed and not carried out: after a failed attempt that may have charged the card, or if there is no provider
    /// that can refund the collected amount. Null if no refund is owed according to this record.
    /// </summary>
    public DateTimeOffset? RefundDueSince { get; private set; }

    /// <summary>When the refund was last requested.</summary>
    public DateTimeOffset? RefundRequestedAt { get; private set; }

    /// <summary>The provider's reference of the refund.</summary>
    public string? RefundReference { get; private set; }

    /// <summary>Whether the payment has a result, so that the provider need not be called for it again.</summary>
    public bool IsSettled() => Status != CollectionStatus.Requested;

    /// <summary>Creates a requested payment.</summary>
    public static Payment For(PaymentRequested requested) =>
        new()
        {
            Id = requested.OrderId,
            Amount = requested.Amount,
            Method = requested.Method,
            RequestedAt = requested.OccurredAt,
        };

    /// <summary>Creates the payment of an order for which none is stored.</summary>
    public static Payment For(Order order) =>
        new()
        {
            Id = order.Id,
            Amount = order.Total,
            Method = order.PaymentMethod,
            RequestedAt = order.PlacedAt,
        };

    /// <summary>Records that it was collected, or is due in cash.</summary>
    public IReadOnlyList<Event> Succeed(string? reference, Cause cause)
    {
        if (IsSettled())
        {
            return Nothing;
        }

        (Status, Reference, SettledAt) = (CollectionStatus.Collected, reference, cause.At);
        return [SucceededEvent().Because(cause)];
    }

    /// <summary>Returns the event of the collection, with the same id each time.</summary>
    public PaymentSucceeded SucceededEvent() =>
        new()
        {
            EventId = EventIdOf(nameof(PaymentSucceeded)),
            OrderId = Id,
            Amount = Amount,
            Method = Method,
            Reference = Reference,
            OccurredAt = SettledAt ?? RequestedAt,
            Actor = "worker",
        };

    /// <summary>Returns the event of the failure, with the same id each time.</summary>
    public PaymentFailed FailedEvent() =>
        new()
        {
            EventId = EventIdOf(nameof(PaymentFailed)),
            OrderId = Id,
            Amount = Amount,
            Reason = Reason!,
            OccurredAt = SettledAt ?? RequestedAt,
            Actor = "worker",
        };

    /// <summary>Returns the event of the refund, with the same id each time.</summary>
    public PaymentRefunded RefundedEvent(DateTimeOffset at) =>
        new()
        {
            EventId = EventIdOf(nameof(PaymentRefunded)),
            OrderId = Id,
            Amount = Amount,
            Reference = RefundReference ?? "",
            OccurredAt = at,
            Actor = "worker",
        };

    /// <summary>Records that it will not be collected.</summary>
    public IReadOnlyList<Event> Fail(string reason, Cause cause)
    {
        if (IsSettled())
        {
            return Nothing;
        }

        (Status, Reason, SettledAt) = (CollectionStatus.Failed, reason, cause.At);
        return [FailedEvent().Because(cause)];
    }

    /// <summary>
    /// Records that the provider did not answer. After <see cref="ProviderTimeout"/> the payment fails. An attempt may have been carried
    /// out although its answer was lost, so a refund is requested as well.
    /// </summary>
    public IReadOnlyList<Event> RecordNoAnswer(Cause cause)
    {
        UnansweredSince ??= cause.At;
        return IsSettled() || cause.At - UnansweredSince < ProviderTimeout
            ? Nothing
            : [.. Fail(CancellationReasons.PaymentUnavailable, cause), .. RefundRequest(cause)];
    }

    /// <summary>
    /// Closes a payment that was not collected in time. An attempt may have been carried out without a recorded result, so a refund is
    /// requested as well.
    /// </summary>
    public Result<IReadOnlyList<Event>> Expire(Cause cause) =>
        IsSettled() ? Nothing : (Event[])[.. Fail(CancellationReasons.PaymentExpired, cause), .. RefundRequest(cause)];

    /// <summary>
    /// Requests a refund of what was, or may have been, charged. May be repeated as long as the request may have been lost.
    /// </summary>
    public Result<IReadOnlyList<Event>> RequestRefund(Cause cause) => RefundRequest(cause);

    // Each event happens once per payment, so consumers that have handled it drop it when it is published again.
    private Guid EventIdOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\n{Id}")).AsSpan(0, 16));

    private Event[] RefundRequest(Cause cause)
    {
        if (Status == CollectionStatus.Refunded || Method == PaymentMethod.Cash)
        {
            return Nothing;
        }

        RefundDueSince ??= cause.At;
        RefundRequestedAt = cause.At;
        return [new RefundRequested { OrderId = Id, Amount = Amount }.Because(cause)];
    }

    /// <summary>Records that a requested refund cannot be carried out at the moment and is still owed.</summary>
    /// <returns>Whether it was not recorded before.</returns>
    public Result<bool> MarkRefundDue(DateTimeOffset since)
    {
        if (RefundDueSince is not null || Status == CollectionStatus.Refunded)
        {
            return false;
        }

        RefundDueSince = since;
        return true;
    }

    /// <summary>Records the result of a refund: the provider refunded the amount, or had not charged anything.</summary>
    /// <param name="reference">The provider's reference of the refund; null if it had not charged anything.</param>
    public Result<IReadOnlyList<Event>> Refund(string? reference, Cause cause)
    {
        // A failed payment never counted as paid for the order, so there is no event for it.
        if (Status != CollectionStatus.Collected)
        {
            RefundReference ??= reference;

            // An attempt may reach the provider after its caller timed out. So the answer that nothing was charged is only final after
            // MaxAttemptDuration; until then the refund is requested again.
            RefundDueSince = reference is null && cause.At - SettledAt < MaxAttemptDuration ? RefundDueSince ?? cause.At : null;
            return Nothing;
        }

        // The payment was collected, so a provider that does not know it has not refunded it.
        if (reference is null)
        {
            RefundDueSince ??= cause.At;
            return Nothing;
        }

        (Status, RefundReference, RefundDueSince) = (CollectionStatus.Refunded, reference, null);
        return new[] { RefundedEvent(cause.At).Because(cause) };
    }
}
