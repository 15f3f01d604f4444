namespace MariosPizzeria.OrderService.Domain;

/// <summary>The times of payment and refund of an order, and its delay.</summary>
public sealed partial class Order
{
    /// <summary>
    /// Returns when the total was collected: cash at the handover, a card when the provider confirmed it. Null if it was not collected.
    /// </summary>
    public DateTimeOffset? CollectedAt() =>
        PaymentMethod == PaymentMethod.Cash ? (PaymentStatus == PaymentStatus.Paid ? DeliveredAt : null)
        : PaymentStatus is PaymentStatus.Paid or PaymentStatus.Refunded ? FirstAt(nameof(PaymentSucceeded)) ?? ConfirmedAt ?? PlacedAt
        : null;

    /// <summary>Returns when a collected card payment was refunded; null if it was not.</summary>
    public DateTimeOffset? RefundedAt() =>
        PaymentMethod != PaymentMethod.Cash && PaymentStatus == PaymentStatus.Refunded
            ? FirstAt(nameof(PaymentRefunded)) ?? CancelledAt ?? PlacedAt
            : null;

    /// <summary>
    /// Returns how much later than promised the customer had the order or, before that, how late it is at <paramref name="now"/>. Null if
    /// it is not late or is cancelled.
    /// </summary>
    public TimeSpan? LateBy(DateTimeOffset now)
    {
        var until = ExpectedHandoverAt() ?? (Status == OrderStatus.Delivered ? null : now);
        return Status != OrderStatus.Cancelled && until > Promise() ? until - Promise() : null;
    }

    // The event may be recorded again under another id; it happened at the time of its first entry.
    private DateTimeOffset? FirstAt(string type) => History.Find(entry => entry.Type == type)?.At;
}
