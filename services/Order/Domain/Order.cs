namespace MariosPizzeria.OrderService.Domain;

/// <summary>
/// An order: <c>pending → confirmed → cooking → ready → delivering → delivered</c>, or <c>cancelled</c>; a pickup goes from ready to
/// delivered. Commands are refused if the state does not allow them. Events of other services are facts, which may arrive late, twice or in
/// another order: they fill in missed steps and never move the order back.
/// </summary>
public sealed partial class Order : IDocument
{
    private static readonly Event[] Nothing = [];

    private Order() { }

    public string Id { get; private set; } = "";
    public long Version { get; set; }

    /// <summary>The business day on which it is due; null for orders of a release without order numbers.</summary>
    public DateOnly? Day { get; private set; }

    /// <summary>
    /// The number within the business day on which it is due, used by people to identify it; null for orders of a release without numbers.
    /// </summary>
    public int? Number { get; private set; }
    public OrderStatus Status { get; private set; }
    public Customer Customer { get; private set; } = new("", "", "", Address: null);
    public IReadOnlyList<OrderedLine> Lines { get; private set; } = [];

    /// <summary>The delivery fee, which is added to the sum of the lines; 0 for orders that were placed before fees existed.</summary>
    public Money DeliveryFee { get; private set; }

    /// <summary>The price with all fees.</summary>
    public Money Total { get; private set; }

    /// <summary>
    /// The tax that the total contains, at the rate of when it was placed; null for orders that were placed before the rate was recorded.
    /// </summary>
    public TaxShare? Tax { get; private set; }
    public Fulfilment Fulfilment { get; private set; }
    public PaymentMethod PaymentMethod { get; private set; }
    public PaymentStatus PaymentStatus { get; private set; }
    public string? Notes { get; private set; }

    /// <summary>Notes for the driver at the door.</summary>
    public string? DoorNotes { get; private set; }

    /// <summary>The allergens that the customer must not eat. Health data: not to be written to any log, span or mail.</summary>
    public IReadOnlyList<Allergen> Allergies { get; private set; } = [];

    /// <summary>The allergies in the customer's own words.</summary>
    public string? AllergyNote { get; private set; }
    public DateTimeOffset PlacedAt { get; private set; }
    public DateTimeOffset? ConfirmedAt { get; private set; }
    public DateTimeOffset? CookingStartedAt { get; private set; }
    public DateTimeOffset? ReadyAt { get; private set; }
    public DateTimeOffset? DeliveringAt { get; private set; }
    public DateTimeOffset? DeliveredAt { get; private set; }
    public DateTimeOffset? CancelledAt { get; private set; }

    /// <summary>When it is out of the oven, as estimated when it was placed.</summary>
    public DateTimeOffset EstimatedReadyAt { get; private set; }

    /// <summary>
    /// When the customer was promised to have it; null for an order of an earlier release, whose customer was promised
    /// <see cref="EstimatedReadyAt"/>.
    /// </summary>
    public DateTimeOffset? PromisedAt { get; private set; }

    /// <summary>When the customer wants to have it; null for as soon as possible.</summary>
    public DateTimeOffset? RequestedFor { get; private set; }

    /// <summary>The new expected time that the customer was told when it became late; null if the promise is unchanged.</summary>
    public DateTimeOffset? NewPromisedAt { get; private set; }

    /// <summary>When the first alarm was raised because the order is late.</summary>
    public DateTimeOffset? LateSince { get; private set; }
    public string? Chef { get; private set; }
    public string? Driver { get; private set; }
    public string? CancellationReason { get; private set; }

    /// <summary>Why the last attempt to hand it over failed; null if none failed.</summary>
    public string? DeliveryFailure { get; private set; }

    /// <summary>The cancellation request that waits for the kitchen's answer; null if there is none.</summary>
    public CancellationRequest? CancellationWish { get; private set; }
    public PlacedBy? PlacedBy { get; private set; }

    /// <summary>All events of this order, in the order in which they were recorded.</summary>
    public List<HistoryEntry> History { get; private set; } = [];

    /// <summary>Whether it may be cancelled: by a customer until it is being cooked, by a manager until a driver has it.</summary>
    public bool MayBeCancelled(bool byManager) =>
        Status is OrderStatus.Pending or OrderStatus.Confirmed || (byManager && Status is OrderStatus.Cooking or OrderStatus.Ready);

    /// <summary>
    /// Creates an order at the prices of its lines. Cash is due at the door, so an order in cash is confirmed at once; for a card the
    /// payment is requested first.
    /// </summary>
    public static (Order Order, IReadOnlyList<Event> Events) Place(NewOrder placed, Cause cause)
    {
        var order = new Order
        {
            Id = placed.Id,
            Day = placed.Day,
            Number = placed.Number,
            Status = OrderStatus.Pending,
            Customer = placed.Customer,
            Lines = placed.Lines,
            DeliveryFee = placed.DeliveryFee,
            Total = Pricing.Total(placed.Lines.Select(line => line.LineTotal), placed.DeliveryFee),
            Tax = placed.Tax,
            Fulfilment = placed.Fulfilment,
            PaymentMethod = placed.PaymentMethod,
            Notes = placed.Notes,
            DoorNotes = placed.DoorNotes,
            Allergies = placed.Allergies,
            AllergyNote = placed.AllergyNote,
            PlacedAt = cause.At,
            EstimatedReadyAt = placed.EstimatedReadyAt,
            PromisedAt = placed.PromisedAt,
            RequestedFor = placed.RequestedFor,
            PlacedBy = placed.PlacedBy,
        };
        var isCash = placed.PaymentMethod == PaymentMethod.Cash;
        if (isCash)
        {
            order.Confirm(PaymentStatus.CashDue, cause.At);
        }

        var events = order.Raise(
            cause,
            new OrderPlaced
            {
                OrderId = order.Id,
                CustomerId = order.Customer.Id,
                Lines = order.Lines,
                Total = order.Total,
                Fulfilment = order.Fulfilment,
                PaymentMethod = order.PaymentMethod,
                EstimatedReadyAt = order.EstimatedReadyAt,
                PromisedAt = order.PromisedAt,
            },
            isCash ? order.Confirmation() : order.PaymentRequest(placed.CardToken)
        );
        return (order, events);
    }

    /// <summary>
    /// Cancels the order. If the kitchen has a ticket that may already be cooking, only records the request; the answer of the kitchen
    /// decides (<see cref="CancelAfterWithdrawal"/>, <see cref="RefuseCancellation"/>).
    /// </summary>
    public Result<IReadOnlyList<Event>> RequestCancellation(string reason, bool byManager, Cause cause)
    {
        if (!MayBeCancelled(byManager))
        {
            return Error.IllegalTransition($"The order is {KitchenAnswer(Status)} and can no longer be cancelled.");
        }

        if (Status != OrderStatus.Confirmed)
        {
            return Cancel(reason, cause);
        }

        if (CancellationWish is not null && (CancellationWish.ByManager || !byManager))
        {
            return Nothing;
        }

        CancellationWish = new(reason, byManager) { OrderVersion = Version + 1 };
        return Raise(cause, new CancellationRequested { OrderId = Id, Reason = reason });
    }

    /// <summary>
    /// Carries out the cancellation request after the kitchen has withdrawn the ticket. Returns no events if there is no request.
    /// </summary>
    public Result<IReadOnlyList<Event>> CancelAfterWithdrawal(Cause cause) =>
        CancellationWish is { } wish && Status is not (OrderStatus.Cancelled or OrderStatus.Delivered)
            ? Cancel(wish.Reason, cause)
            : Nothing;

    /// <summary>
    /// Handles the refusal of the kitchen, which is already cooking the order: drops the request of a customer, but carries out that of a
    /// manager if the order may still be cancelled.
    /// </summary>
    public Result<IReadOnlyList<Event>> RefuseCancellation(Cause cause)
    {
        if (CancellationWish is not { } wish)
        {
            return Nothing;
        }

        if (wish.ByManager && MayBeCancelled(byManager: true))
        {
            return Cancel(wish.Reason, cause);
        }

        CancellationWish = null;
        return Raise(cause, new CancellationRefused { OrderId = Id, Reason = wish.Reason });
    }

    /// <summary>Cancels an order that was not paid in time. Returns no events if it has been confirmed or cancelled.</summary>
    public Result<IReadOnlyList<Event>> Expire(Cause cause) =>
        Status == OrderStatus.Pending ? Cancel(CancellationReasons.PaymentExpired, cause) : Nothing;

    /// <summary>
    /// Confirms an order that is paid, or whose payment is due in cash. If it has been cancelled, requests a refund of the amount paid.
    /// </summary>
    public Result<IReadOnlyList<Event>> Apply(PaymentSucceeded paid, Cause cause)
    {
        // The event may arrive twice under two ids, but the payment was collected once: a refunded payment stays refunded.
        if (!IsNew(paid) || PaymentStatus == PaymentStatus.Refunded)
        {
            return Nothing;
        }

        if (Status == OrderStatus.Cancelled)
        {
            if (paid.Method == PaymentMethod.Cash || PaymentStatus == PaymentStatus.Paid)
            {
                return Nothing;
            }

            PaymentStatus = PaymentStatus.Paid;
            return Raise(cause, RefundOfTotal());
        }

        if (ConfirmedAt is not null)
        {
            return Nothing;
        }

        Confirm(paid.Method == PaymentMethod.Cash ? PaymentStatus.CashDue : PaymentStatus.Paid, paid.OccurredAt);
        return Raise(cause, Confirmation());
    }

    /// <summary>Cancels an order whose payment failed, for the reason given.</summary>
    public Result<IReadOnlyList<Event>> Apply(PaymentFailed failed, Cause cause)
    {
        if (!IsNew(failed))
        {
            return Nothing;
        }

        if (
            PaymentStatus == PaymentStatus.Pending
            && string.Equals(failed.Reason, CancellationReasons.PaymentDeclined, StringComparison.Ordinal)
        )
        {
            PaymentStatus = PaymentStatus.Declined;
        }

        return Status == OrderStatus.Pending ? Cancel(failed.Reason, cause) : Nothing;
    }

    /// <summary>Records that the payment was refunded.</summary>
    public Result<IReadOnlyList<Event>> Apply(PaymentRefunded refunded)
    {
        if (IsNew(refunded))
        {
            PaymentStatus = PaymentStatus.Refunded;
        }

        return Nothing;
    }

    private static string KitchenAnswer(OrderStatus status) => status.ToString().ToLowerInvariant();

    private OrderConfirmed Confirmation() =>
        new()
        {
            OrderId = Id,
            CustomerId = Customer.Id,
            Lines = Lines,
            Total = Total,
            Fulfilment = Fulfilment,
            PlacedAt = PlacedAt,
            PromisedAt = Promise(),
            EstimatedReadyAt = EstimatedReadyAt,
            Notes = Notes,
            CustomerName = Customer.Name,
            Allergies = Allergies,
            AllergyNote = AllergyNote,
            RequestedFor = RequestedFor,
        };

    private void Confirm(PaymentStatus payment, DateTimeOffset at)
    {
        (PaymentStatus, ConfirmedAt) = (payment, at);
        Advance(OrderStatus.Confirmed);
    }

    /// <summary>Moves the status forward only; cancelled and delivered come after every status that an event can set.</summary>
    private void Advance(OrderStatus to)
    {
        if (Status < to)
        {
            Status = to;
        }
    }

    private Event[] Cancel(string reason, Cause cause)
    {
        (Status, CancelledAt, CancellationReason, CancellationWish) = (OrderStatus.Cancelled, cause.At, reason, null);
        PaymentStatus = PaymentNow();
        return IsRefundOwed() ? Raise(cause, Cancellation(), RefundOfTotal()) : Raise(cause, Cancellation());
    }

    /// <summary>
    /// Returns the payment status to show. Cash due for a cancelled order was not and will not be collected, so it is <c>pending</c>, also
    /// for an order that an earlier release cancelled.
    /// </summary>
    public PaymentStatus PaymentNow() =>
        Status == OrderStatus.Cancelled && PaymentStatus == PaymentStatus.CashDue ? PaymentStatus.Pending : PaymentStatus;

    private RefundRequested RefundOfTotal() => new() { OrderId = Id, Amount = Total };

    private Event[] Raise(Cause cause, params ReadOnlySpan<Event> raised)
    {
        var events = new Event[raised.Length];
        for (var i = 0; i < events.Length; i++)
        {
            var e = raised[i].Because(cause);
            events[i] = e is OrderEvent about ? about with { Number = Number } : e;
            Record(events[i]);
        }

        return events;
    }
}
