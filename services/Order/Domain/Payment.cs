using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.Ordering.Domain;

/// <summary>What has become of collecting an order's total.</summary>
public enum CollectionStatus
{
    /// <summary>Requested; the provider has not given its word yet.</summary>
    Requested,
    Collected,
    Failed,
    Refunded,
}

/// <summary>The collection of one order's total. Its id is the order's: an order is never collected twice.</summary>
public sealed class Payment : IDocument
{
    /// <summary>How long a provider that does not answer is asked again, from its first failure on.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly Event[] Nothing = [];

    private Payment() { }

    public string Id { get; private set; } = "";
    public long Version { get; set; }
    public CollectionStatus Status { get; private set; }
    public Money Amount { get; private set; }
    public PaymentMethod Method { get; private set; }

    /// <summary>The provider's; null for cash.</summary>
    public string? Reference { get; private set; }

    /// <summary>Why it failed.</summary>
    public string? Reason { get; private set; }

    /// <summary>When the provider did not answer for the first time.</summary>
    public DateTimeOffset? UnansweredSince { get; private set; }
    public DateTimeOffset RequestedAt { get; private set; }
    public DateTimeOffset? SettledAt { get; private set; }

    /// <summary>Whether the provider need not be asked any more.</summary>
    public bool IsSettled() => Status != CollectionStatus.Requested;

    /// <summary>As requested, nothing done yet.</summary>
    public static Payment For(PaymentRequested requested) =>
        new()
        {
            Id = requested.OrderId,
            Amount = requested.Amount,
            Method = requested.Method,
            RequestedAt = requested.OccurredAt,
        };

    /// <summary>Collected, or due in cash.</summary>
    public IReadOnlyList<Event> Succeed(string? reference, Cause cause)
    {
        if (IsSettled())
        {
            return Nothing;
        }

        (Status, Reference, SettledAt) = (CollectionStatus.Collected, reference, cause.At);
        return
        [
            new PaymentSucceeded
            {
                OrderId = Id,
                Amount = Amount,
                Method = Method,
                Reference = reference,
            }.Because(cause),
        ];
    }

    /// <summary>That it was collected, told once more.</summary>
    public PaymentSucceeded ToldAgain() =>
        new()
        {
            OrderId = Id,
            Amount = Amount,
            Method = Method,
            Reference = Reference,
            OccurredAt = SettledAt ?? RequestedAt,
            Actor = "worker",
        };

    /// <summary>Will not be collected.</summary>
    public IReadOnlyList<Event> Fail(string reason, Cause cause)
    {
        if (IsSettled())
        {
            return Nothing;
        }

        (Status, Reason, SettledAt) = (CollectionStatus.Failed, reason, cause.At);
        return
        [
            new PaymentFailed
            {
                OrderId = Id,
                Amount = Amount,
                Reason = reason,
            }.Because(cause),
        ];
    }

    /// <summary>
    /// The provider did not answer. Once <see cref="Patience"/> is over it fails; and as an attempt may have been carried out though
    /// its answer was lost, what it may have taken is asked back.
    /// </summary>
    public IReadOnlyList<Event> GoUnanswered(Cause cause)
    {
        UnansweredSince ??= cause.At;
        return IsSettled() || cause.At - UnansweredSince < Patience
            ? Nothing
            :
            [
                .. Fail(CancellationReasons.PaymentUnavailable, cause),
                new RefundRequested { OrderId = Id, Amount = Amount }.Because(cause),
            ];
    }

    /// <summary>The provider gave back what it had taken, or had taken nothing.</summary>
    /// <param name="reference">The provider's reference of the refund.</param>
    /// <param name="cause">Who and when.</param>
    public Outcome<IReadOnlyList<Event>> Refund(string reference, Cause cause)
    {
        // After a failure the money was never the order's, so there is nothing to tell it.
        if (Status != CollectionStatus.Collected)
        {
            return Nothing;
        }

        Status = CollectionStatus.Refunded;
        return new[]
        {
            new PaymentRefunded
            {
                OrderId = Id,
                Amount = Amount,
                Reference = reference,
            }.Because(cause),
        };
    }
}
