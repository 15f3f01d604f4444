namespace MariosPizzeria.OrderService.Domain;

/// <summary>The history of an order, and its state at earlier versions.</summary>
public sealed partial class Order
{
    /// <summary>Returns the versions after <paramref name="version"/> that recorded an event, oldest first.</summary>
    public IReadOnlyList<long> VersionsAfter(long version) =>
        [.. History.Select(entry => entry.Version).Where(later => later > version).Distinct().Order()];

    /// <summary>Returns the order as it was at an earlier version, reconstructed from its history.</summary>
    public Order AsOf(long version)
    {
        var known = History.Where(entry => entry.Version <= version).ToList();
        var past = (Order)MemberwiseClone();
        (past.Version, past.History, past.CancellationWish) = (version, known, null);
        var (departure, handover) = DeliverySteps(known);
        var ticket = TicketTimes(known);
        var steps = new StepTimes(
            Had<OrderConfirmed>() ? ConfirmedAt : null,
            ticket.Started,
            ticket.Ready,
            departure?.At,
            handover?.At,
            Had<OrderCancelled>() ? CancelledAt : null
        );
        past.SetSteps(steps);
        past.Chef = steps.CookingStarted is null ? null : Chef;
        past.Driver = departure?.Actor;
        past.DeliveryFailure = Had<DeliveryFailed>() ? DeliveryFailure : null;
        past.NewPromisedAt = Had<OrderLate>() ? NewPromisedAt : null;
        past.CancellationReason = steps.Cancelled is null ? null : CancellationReason;
        past.PaymentStatus =
            Had<PaymentRefunded>() ? PaymentStatus.Refunded
            : Had<PaymentFailed>() && PaymentStatus == PaymentStatus.Declined ? PaymentStatus.Declined
            : PaymentMethod == PaymentMethod.Cash ? Cash()
            : !Had<PaymentSucceeded>() || PaymentStatus == PaymentStatus.Pending ? PaymentStatus.Pending
            : PaymentStatus.Paid;
        return past;

        PaymentStatus Cash() =>
            steps.Confirmed is null || steps.Cancelled is not null ? PaymentStatus.Pending
            : handover is null ? PaymentStatus.CashDue
            : PaymentStatus.Paid;

        bool Had<TEvent>()
            where TEvent : OrderEvent => known.Exists(entry => entry.Type == typeof(TEvent).Name);
    }

    /// <summary>
    /// Returns the entries of the departure and the handover that are in effect: an undo removes the handover, a failed delivery removes
    /// both. A republished event has a second entry in the history and counts once.
    /// </summary>
    private static (HistoryEntry? Departure, HistoryEntry? Handover) DeliverySteps(IEnumerable<HistoryEntry> history)
    {
        (HistoryEntry? Departure, HistoryEntry? Handover) steps = default;
        foreach (var entry in history.DistinctBy(entry => entry.Id).OrderBy(entry => entry.Version))
        {
            steps = entry.Type switch
            {
                nameof(DeliveryStarted) => (entry, null),
                nameof(OrderDelivered) => steps with { Handover = entry },
                nameof(DeliveryUndone) => steps with { Handover = null },
                nameof(DeliveryFailed) => default,
                _ => steps,
            };
        }

        return steps;
    }

    /// <summary>
    /// Records an event of another service in the history; returns false if it is there already. A step of the ticket that was found
    /// missing, and taken over from the ticket, has another id than the step's own event, which may arrive later: both have the same time.
    /// </summary>
    private bool IsNew(OrderEvent e, TicketMark? ticket = null)
    {
        if (History.Exists(entry => entry.Id == e.EventId || IsSameStep(entry)))
        {
            return false;
        }

        Record(e, ticket);
        return true;

        bool IsSameStep(HistoryEntry entry) =>
            ticket is not null
            && entry.Ticket is { } known
            && known.Step == ticket.Step
            && known.Version >= ticket.Version
            && entry.Type == e.GetType().Name
            && entry.At == e.OccurredAt;
    }

    // Version + 1 is the version of the order after this change is stored.
    private void Record(Event e, TicketMark? ticket = null) =>
        History.Add(new(e.EventId, e.GetType().Name, e.OccurredAt, e.Actor, e.TraceId, Version + 1, ticket));

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

    /// <summary>The time of each step, null if it was not reached, and the resulting status.</summary>
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
