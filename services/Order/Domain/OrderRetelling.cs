namespace MariosPizzeria.OrderService.Domain;

/// <summary>The events that an order publishes again if a consumer seems to have missed them.</summary>
public sealed partial class Order
{
    private static readonly TimeSpan FirstRepublishDelay = TimeSpan.FromMinutes(2);
    private const int MaxRepublishDoublings = 5;

    /// <summary>Returns the time of the last event.</summary>
    public DateTimeOffset LastEventAt() => History.Count == 0 ? PlacedAt : History.Max(entry => entry.At);

    /// <summary>
    /// Returns the additional delay before the last event is published again. It doubles each time, so that a consumer that was down for
    /// hours does not find a hundred copies.
    /// </summary>
    public TimeSpan RepublishBackoff()
    {
        var retold = History.Count - History.DistinctBy(entry => entry.Id).Count();
        return FirstRepublishDelay * ((1 << Math.Min(retold, MaxRepublishDoublings)) - 1);
    }

    /// <summary>Whether it was paid and then cancelled, and no refund has been confirmed.</summary>
    public bool IsRefundOwed() => Status == OrderStatus.Cancelled && PaymentStatus == PaymentStatus.Paid;

    /// <summary>Whether it was cancelled while the result of its card payment was unknown. The payment may have been collected.</summary>
    public bool IsPaymentUnknown() =>
        Status == OrderStatus.Cancelled
        && PaymentMethod != PaymentMethod.Cash
        && PaymentStatus == PaymentStatus.Pending
        && !History.Exists(entry => entry.Type == nameof(PaymentFailed));

    /// <summary>
    /// Returns the event of the last step again, with its first event id, so that consumers that have handled it drop it. Returns nothing
    /// for a step that another service reported (cooking, ready for the first time), or if a card would have to be charged again, because
    /// the token of the card is not stored.
    /// </summary>
    public Result<IReadOnlyList<Event>> RepublishEvents(Cause cause)
    {
        Event? last = Status switch
        {
            _ when CancellationWish is { } wish => new CancellationRequested { OrderId = Id, Reason = wish.Reason },
            OrderStatus.Pending when PaymentMethod == PaymentMethod.Cash => PaymentRequest(cardToken: null),
            OrderStatus.Confirmed => Confirmation(),
            OrderStatus.Ready => DeliveryFailedEvent(),
            OrderStatus.Delivering => Departure(),
            OrderStatus.Delivered => Handover(),
            OrderStatus.Cancelled => Cancellation(),
            _ => null,
        };
        if (last is null)
        {
            return Nothing;
        }

        if (History.FindLast(entry => entry.Type == last.GetType().Name) is not { } told)
        {
            return Raise(cause, last);
        }

        // With the order version of its first entry, which is the version when it happened.
        var since = History.Find(entry => entry.Id == told.Id)!.Version;
        return Raise(
            cause,
            last switch
            {
                DeliveryStarted departure => departure with { EventId = told.Id, OrderVersion = since },
                OrderDelivered handover => handover with { EventId = told.Id, OrderVersion = since },
                DeliveryFailed failure => failure with { EventId = told.Id, OrderVersion = since },
                DeliveryUndone undone => undone with { EventId = told.Id, OrderVersion = since },
                _ => last with { EventId = told.Id },
            }
        );
    }

    private PaymentRequested PaymentRequest(string? cardToken) =>
        new()
        {
            OrderId = Id,
            CustomerId = Customer.Id,
            Amount = Total,
            Method = PaymentMethod,
            CardToken = cardToken,
        };

    /// <summary>Whether it is ready again, after a driver or the customer had it.</summary>
    public bool IsReturned() => Status == OrderStatus.Ready && DeliveryFailedEvent() is not null;

    // The event that made it ready again; null if neither a driver nor the customer had it.
    private OrderEvent? DeliveryFailedEvent() =>
        History.FindLast(entry => entry.Type is nameof(DeliveryFailed) or nameof(DeliveryUndone)) switch
        {
            { Type: nameof(DeliveryFailed) } failed => Failure(failed.Actor),
            { } => Undoing(),
            _ => null,
        };

    private DeliveryUndone Undoing() =>
        new()
        {
            OrderId = Id,
            CustomerId = Customer.Id,
            Fulfilment = Fulfilment,
            PlacedAt = PlacedAt,
            OrderVersion = Version + 1,
        };

    private DeliveryFailed Failure(string driver) =>
        new()
        {
            OrderId = Id,
            CustomerId = Customer.Id,
            Driver = driver,
            Reason = DeliveryFailure!,
            PlacedAt = PlacedAt,
            OrderVersion = Version + 1,
        };

    private DeliveryStarted Departure() =>
        new()
        {
            OrderId = Id,
            CustomerId = Customer.Id,
            Driver = Driver!,
            OrderVersion = Version + 1,
        };

    private OrderDelivered Handover() =>
        new()
        {
            OrderId = Id,
            CustomerId = Customer.Id,
            Lines = Lines,
            Total = Total,
            PlacedAt = PlacedAt,
            PromisedAt = Promise(),
            Driver = Driver,
            Chef = Chef,
            OrderVersion = Version + 1,
            IsRepeated = History.Exists(entry => entry.Type == nameof(DeliveryUndone)),
            DeliveringAt = DeliveringAt,
            DeliveredAt = DeliveredAt,
        };

    private OrderCancelled Cancellation() =>
        new()
        {
            OrderId = Id,
            CustomerId = Customer.Id,
            Reason = CancellationReason!,
            Total = Total,
            PlacedAt = PlacedAt,
            RefundDue = PaymentStatus is PaymentStatus.Paid or PaymentStatus.Refunded,
            RequestedFor = RequestedFor,
        };
}
