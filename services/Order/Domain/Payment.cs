using System.Security.Cryptography;
using System.Text;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.OrderService.Domain;

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

    /// <summary>
    /// Since when a refund is owed and not carried out: after a failed attempt, of which nobody knows whether it took anything, or where
    /// no provider is there to give back what was collected. Null where nothing is owed as far as this record knows.
    /// </summary>
    public DateTimeOffset? RefundDueSince { get; private set; }

    /// <summary>When it was last asked for.</summary>
    public DateTimeOffset? RefundRequestedAt { get; private set; }

    /// <summary>The provider's, of the refund.</summary>
    public string? RefundReference { get; private set; }

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

    /// <summary>Of an order whose payment was never begun as far as anybody knows.</summary>
    public static Payment For(Order order) =>
        new()
        {
            Id = order.Id,
            Amount = order.Total,
            Method = order.PaymentMethod,
            RequestedAt = order.PlacedAt,
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
                EventId = EventIdOf(nameof(PaymentSucceeded)),
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
            EventId = EventIdOf(nameof(PaymentSucceeded)),
            OrderId = Id,
            Amount = Amount,
            Method = Method,
            Reference = Reference,
            OccurredAt = SettledAt ?? RequestedAt,
            Actor = "worker",
        };

    /// <summary>That it failed, told once more.</summary>
    public PaymentFailed FailureToldAgain() =>
        new()
        {
            EventId = EventIdOf(nameof(PaymentFailed)),
            OrderId = Id,
            Amount = Amount,
            Reason = Reason!,
            OccurredAt = SettledAt ?? RequestedAt,
            Actor = "worker",
        };

    /// <summary>That it was given back, told once more.</summary>
    /// <param name="at">Now.</param>
    public PaymentRefunded RefundToldAgain(DateTimeOffset at) =>
        new()
        {
            EventId = EventIdOf(nameof(PaymentRefunded)),
            OrderId = Id,
            Amount = Amount,
            Reference = RefundReference ?? "",
            OccurredAt = at,
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
                EventId = EventIdOf(nameof(PaymentFailed)),
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
            : [.. Fail(CancellationReasons.PaymentUnavailable, cause), .. RefundRequest(cause)];
    }

    /// <summary>
    /// The order waits no longer: what is not collected by now never will be. An attempt may have been carried out though nobody
    /// heard of it, so what it may have taken is asked back.
    /// </summary>
    public Outcome<IReadOnlyList<Event>> Expire(Cause cause) =>
        IsSettled() ? Nothing : (Event[])[.. Fail(CancellationReasons.PaymentExpired, cause), .. RefundRequest(cause)];

    /// <summary>What was taken, or may have been, is to be given back; said as often as it may not have been heard.</summary>
    public Outcome<IReadOnlyList<Event>> RequestRefund(Cause cause) => RefundRequest(cause);

    // Each happens once to a payment, so who heard of it already drops it when it is told again.
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

    /// <summary>A refund was asked for and can't be carried out now: it stays owed.</summary>
    /// <returns>Whether that was not known.</returns>
    public Outcome<bool> OweRefund(DateTimeOffset since)
    {
        if (RefundDueSince is not null || Status == CollectionStatus.Refunded)
        {
            return false;
        }

        RefundDueSince = since;
        return true;
    }

    /// <summary>The provider gave back what it had taken, or had taken nothing.</summary>
    /// <param name="reference">The provider's reference of the refund; null where it says that it had taken nothing.</param>
    /// <param name="cause">Who and when.</param>
    public Outcome<IReadOnlyList<Event>> Refund(string? reference, Cause cause)
    {
        // After a failure the money was never the order's, so there is nothing to tell it.
        if (Status != CollectionStatus.Collected)
        {
            RefundDueSince = null;
            RefundReference ??= reference;
            return Nothing;
        }

        // It was collected: a provider that knows nothing of it has not given it back.
        if (reference is null)
        {
            RefundDueSince ??= cause.At;
            return Nothing;
        }

        (Status, RefundReference, RefundDueSince) = (CollectionStatus.Refunded, reference, null);
        return new[]
        {
            new PaymentRefunded
            {
                EventId = EventIdOf(nameof(PaymentRefunded)),
                OrderId = Id,
                Amount = Amount,
                Reference = reference,
            }.Because(cause),
        };
    }
}
