using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.OrderService.Domain;

/// <summary>What an order tells once more where somebody seems not to have heard it.</summary>
public sealed partial class Order
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMinutes(2);
    private const int MostDoublings = 5;

    /// <summary>When the last of its events happened.</summary>
    public DateTimeOffset LastEventAt() => History.Count == 0 ? PlacedAt : History.Max(entry => entry.At);

    /// <summary>
    /// How much longer than otherwise it stays silent before it tells its last step again: twice as long each time, so that who is away for
    /// hours does not find it a hundred times.
    /// </summary>
    public TimeSpan RetellingBackOff()
    {
        var retold = History.Count - History.DistinctBy(entry => entry.Id).Count();
        return FirstBackOff * ((1 << Math.Min(retold, MostDoublings)) - 1);
    }

    /// <summary>Whether it was paid and will not be made, and nobody has said yet that the money is back.</summary>
    public bool IsRefundOwed() => Status == OrderStatus.Cancelled && PaymentStatus == PaymentStatus.Paid;

    /// <summary>
    /// Whether it was cancelled without knowing what became of its card payment, which may have been collected all the same.
    /// </summary>
    public bool IsPaymentUnknown() =>
        Status == OrderStatus.Cancelled
        && PaymentMethod != PaymentMethod.Cash
        && PaymentStatus == PaymentStatus.Pending
        && !History.Exists(entry => entry.Type == nameof(PaymentFailed));

    /// <summary>
    /// Its last step, told once more under the event id that it had: who handled it then drops it. Nothing for a step that others
    /// told it (cooking, ready), or where a card would have to be charged again: the card's token is not kept.
    /// </summary>
    public Outcome<IReadOnlyList<Event>> TellAgain(Cause cause)
    {
        Event? last = Status switch
        {
            _ when CancellationWish is { } wish => new CancellationRequested { OrderId = Id, Reason = wish.Reason },
            OrderStatus.Pending when PaymentMethod == PaymentMethod.Cash => PaymentRequest(cardToken: null),
            OrderStatus.Confirmed => Confirmation(),
            OrderStatus.Delivering => Departure(),
            OrderStatus.Delivered => Handover(),
            OrderStatus.Cancelled => Cancellation(),
            _ => null,
        };
        if (last is null)
        {
            return Nothing;
        }

        return History.FindLast(entry => entry.Type == last.GetType().Name) is { } told
            ? Raise(cause, last with { EventId = told.Id })
            : Raise(cause, last);
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

    private DeliveryStarted Departure() =>
        new()
        {
            OrderId = Id,
            CustomerId = Customer.Id,
            Driver = Driver!,
        };

    private OrderDelivered Handover() =>
        new()
        {
            OrderId = Id,
            CustomerId = Customer.Id,
            Lines = Lines,
            Total = Total,
            PlacedAt = PlacedAt,
            PromisedAt = EstimatedReadyAt,
            Driver = Driver,
            Chef = Chef,
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
        };
}
