using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.OrderService.Domain;

/// <summary>An order's history: what happened to it, and how it was at an earlier version.</summary>
public sealed partial class Order
{
    /// <summary>The versions after one with which something happened to the order, oldest first.</summary>
    public IReadOnlyList<long> VersionsAfter(long version) =>
        [.. History.Select(entry => entry.Version).Where(later => later > version).Distinct().Order()];

    /// <summary>The order as it was at an earlier version: its history tells what was not known then.</summary>
    public Order AsOf(long version)
    {
        var known = History.Where(entry => entry.Version <= version).ToList();
        var past = (Order)MemberwiseClone();
        (past.Version, past.History, past.CancellationWish) = (version, known, null);
        var steps = new StepTimes(
            Had<OrderConfirmed>() ? ConfirmedAt : null,
            Had<CookingStarted>() || Had<OrderReady>() ? CookingStartedAt : null,
            Had<OrderReady>() ? ReadyAt : null,
            Had<DeliveryStarted>() ? DeliveringAt : null,
            Had<OrderDelivered>() ? DeliveredAt : null,
            Had<OrderCancelled>() ? CancelledAt : null
        );
        past.SetSteps(steps);
        past.Chef = steps.CookingStarted is null ? null : Chef;
        past.Driver = steps.Delivering is null ? null : Driver;
        past.CancellationReason = steps.Cancelled is null ? null : CancellationReason;
        past.PaymentStatus =
            Had<PaymentRefunded>() ? PaymentStatus.Refunded
            : Had<PaymentFailed>() && PaymentStatus == PaymentStatus.Declined ? PaymentStatus.Declined
            : !Had<PaymentSucceeded>() || PaymentStatus == PaymentStatus.Pending ? PaymentStatus.Pending
            : PaymentMethod == PaymentMethod.Cash && !Had<OrderDelivered>() ? PaymentStatus.CashDue
            : PaymentStatus.Paid;
        return past;

        bool Had<TEvent>()
            where TEvent : OrderEvent => known.Exists(entry => entry.Type == typeof(TEvent).Name);
    }

    /// <summary>Takes an event of others into the history; false if it is there already.</summary>
    private bool IsNew(OrderEvent e)
    {
        if (History.Exists(entry => entry.Id == e.EventId))
        {
            return false;
        }

        Record(e);
        return true;
    }

    // The version that it will have once this is stored.
    private void Record(Event e) => History.Add(new(e.EventId, e.GetType().Name, e.OccurredAt, e.Actor, e.TraceId, Version + 1));

    private void SetSteps(StepTimes steps) =>
        (Status, ConfirmedAt, CookingStartedAt, ReadyAt, DeliveringAt, DeliveredAt, CancelledAt) = (
            steps.Status,
            steps.Confirmed,
            steps.CookingStarted,
            steps.Ready,
            steps.Delivering,
            steps.Delivered,
            steps.Cancelled
        );

    /// <summary>When each step was reached, null where it was not, and the status that follows from that.</summary>
    private sealed record StepTimes(
        DateTimeOffset? Confirmed,
        DateTimeOffset? CookingStarted,
        DateTimeOffset? Ready,
        DateTimeOffset? Delivering,
        DateTimeOffset? Delivered,
        DateTimeOffset? Cancelled
    )
    {
        public OrderStatus Status =>
            Cancelled is not null ? OrderStatus.Cancelled
            : Delivered is not null ? OrderStatus.Delivered
            : Delivering is not null ? OrderStatus.Delivering
            : Ready is not null ? OrderStatus.Ready
            : CookingStarted is not null ? OrderStatus.Cooking
            : Confirmed is not null ? OrderStatus.Confirmed
            : OrderStatus.Pending;
    }
}
