namespace MariosPizzeria.OrderService.Domain;

/// <summary>The delivery of an order: taking it, handing it over, undoing the handover, and failed deliveries.</summary>
public sealed partial class Order
{
    /// <summary>Whether a driver may take it: it is ready and is a delivery.</summary>
    public bool MayBeTaken() => Status == OrderStatus.Ready && Fulfilment == Fulfilment.Delivery;

    /// <summary>
    /// Whether it may be handed over: a delivery by the driver who took it or by a manager, a pickup at the counter by anyone.
    /// </summary>
    public bool MayBeHandedOver(string by, bool byManager) =>
        Fulfilment == Fulfilment.Pickup
            ? Status == OrderStatus.Ready
            : Status == OrderStatus.Delivering && (byManager || string.Equals(Driver, by, StringComparison.Ordinal));

    /// <summary>
    /// Whether a recent handover may be undone, by the same users who may hand the order over. After an undo the order has to be handed
    /// over again before another undo.
    /// </summary>
    public bool MayBeTakenBack(string by, bool byManager, DateTimeOffset at) =>
        Status == OrderStatus.Delivered
        && at - DeliveredAt <= Undo.LongestAfter
        && (Fulfilment == Fulfilment.Pickup || byManager || string.Equals(Driver, by, StringComparison.Ordinal));

    /// <summary>Assigns the order to a driver, who is the actor of the cause.</summary>
    public Result<IReadOnlyList<Event>> Take(Cause cause)
    {
        if (!MayBeTaken())
        {
            return Error.IllegalTransition(
                Fulfilment == Fulfilment.Pickup ? "The customer fetches this order."
                : Status == OrderStatus.Delivering ? "A driver has this order already."
                : $"The order is {KitchenAnswer(Status)}, not ready."
            );
        }

        (Status, Driver, DeliveringAt) = (OrderStatus.Delivering, cause.Actor, cause.At);
        return Raise(cause, Departure());
    }

    /// <summary>Records the handover to the customer; cash that was due has been collected.</summary>
    public Result<IReadOnlyList<Event>> HandOver(bool byManager, Cause cause)
    {
        if (!MayBeHandedOver(cause.Actor, byManager))
        {
            return Error.IllegalTransition(
                Status == OrderStatus.Delivering
                    ? "Another driver has this order."
                    : $"The order is {KitchenAnswer(Status)} and can't be handed over."
            );
        }

        (Status, DeliveredAt) = (OrderStatus.Delivered, cause.At);
        if (PaymentStatus == PaymentStatus.CashDue)
        {
            PaymentStatus = PaymentStatus.Paid;
        }

        return Raise(cause, Handover());
    }

    /// <summary>
    /// Undoes the handover: the order is under way or at the counter again, and cash is due again. Refused after
    /// <see cref="Undo.LongestAfter"/>.
    /// </summary>
    public Result<IReadOnlyList<Event>> UndoHandOver(bool byManager, Cause cause)
    {
        if (!MayBeTakenBack(cause.Actor, byManager, cause.At))
        {
            return Error.IllegalTransition(
                Status != OrderStatus.Delivered ? $"The order is {KitchenAnswer(Status)}, so there is nothing to undo."
                : cause.At - DeliveredAt > Undo.LongestAfter ? "It was handed over too long ago to be undone."
                : "Another driver handed this order over."
            );
        }

        (Status, DeliveredAt) = (Fulfilment == Fulfilment.Pickup ? OrderStatus.Ready : OrderStatus.Delivering, null);
        if (PaymentMethod == PaymentMethod.Cash && PaymentStatus == PaymentStatus.Paid)
        {
            PaymentStatus = PaymentStatus.CashDue;
        }

        return Raise(cause, Undoing());
    }

    /// <summary>Records a failed delivery: the order is back and waits for a driver again.</summary>
    public Result<IReadOnlyList<Event>> FailDelivery(string reason, bool byManager, Cause cause)
    {
        if (Fulfilment == Fulfilment.Pickup || !MayBeHandedOver(cause.Actor, byManager))
        {
            return Error.IllegalTransition(
                Status == OrderStatus.Delivering
                    ? "Another driver has this order."
                    : $"The order is {KitchenAnswer(Status)}, not under way."
            );
        }

        var driver = Driver!;
        (Status, Driver, DeliveringAt, DeliveryFailure) = (OrderStatus.Ready, null, null, reason);
        return Raise(cause, Failure(driver));
    }
}
