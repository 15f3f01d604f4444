using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.OrderService.Domain;

/// <summary>One line of an order's story.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Type">The event's name.</param>
/// <param name="At">When it happened, UTC.</param>
/// <param name="Actor">Who made it happen.</param>
/// <param name="TraceId">The trace in which it happened.</param>
/// <param name="Version">The order's version since then.</param>
public sealed record HistoryEntry(Guid Id, string Type, DateTimeOffset At, string Actor, string? TraceId, long Version);

/// <summary>A confirmed order is to be cancelled, and the kitchen has yet to say whether it still can be.</summary>
/// <param name="Reason">What the caller gave.</param>
/// <param name="ByManager">Whether it is carried through even if the kitchen cooks already.</param>
public sealed record CancellationWish(string Reason, bool ByManager);

/// <summary>The request that placed an order: it keeps a repeat from placing it twice, even when the cache has forgotten.</summary>
/// <param name="Scope">Hash over user, method, path and key.</param>
/// <param name="BodyHash">Hash of the body.</param>
public sealed record PlacedBy(string Scope, string BodyHash);

/// <summary>All that is known when an order is placed.</summary>
public sealed record NewOrder
{
    public required string Id { get; init; }
    public required Customer Customer { get; init; }
    public required IReadOnlyList<OrderedLine> Lines { get; init; }
    public required Fulfilment Fulfilment { get; init; }
    public required PaymentMethod PaymentMethod { get; init; }

    /// <summary>The provider's token for a card. Passed on with the event and not kept.</summary>
    public string? CardToken { get; init; }
    public string? Notes { get; init; }
    public required DateTimeOffset EstimatedReadyAt { get; init; }
    public PlacedBy? PlacedBy { get; init; }
}

/// <summary>
/// An order: <c>pending → confirmed → cooking → ready → delivering → delivered</c>, or <c>cancelled</c>; a pickup goes from ready
/// to delivered. Commands are refused where the state does not allow them; events of others are facts, which may come late, twice
/// or in another order: they fill in what was missed and never move it back.
/// </summary>
public sealed partial class Order : IDocument
{
    private static readonly Event[] Nothing = [];

    private Order() { }

    public string Id { get; private set; } = "";
    public long Version { get; set; }
    public OrderStatus Status { get; private set; }
    public Customer Customer { get; private set; } = new("", "", "", Address: null);
    public IReadOnlyList<OrderedLine> Lines { get; private set; } = [];
    public Money Total { get; private set; }
    public Fulfilment Fulfilment { get; private set; }
    public PaymentMethod PaymentMethod { get; private set; }
    public PaymentStatus PaymentStatus { get; private set; }
    public string? Notes { get; private set; }
    public DateTimeOffset PlacedAt { get; private set; }
    public DateTimeOffset? ConfirmedAt { get; private set; }
    public DateTimeOffset? CookingStartedAt { get; private set; }
    public DateTimeOffset? ReadyAt { get; private set; }
    public DateTimeOffset? DeliveringAt { get; private set; }
    public DateTimeOffset? DeliveredAt { get; private set; }
    public DateTimeOffset? CancelledAt { get; private set; }

    /// <summary>What the customer was told when ordering.</summary>
    public DateTimeOffset EstimatedReadyAt { get; private set; }

    /// <summary>When the alarm was raised that it is not ready though its time has come.</summary>
    public DateTimeOffset? LateSince { get; private set; }
    public string? Chef { get; private set; }
    public string? Driver { get; private set; }
    public string? CancellationReason { get; private set; }

    /// <summary>Null unless a cancellation waits for the kitchen's word.</summary>
    public CancellationWish? CancellationWish { get; private set; }
    public PlacedBy? PlacedBy { get; private set; }

    /// <summary>Every event of this order, in the order in which it learned of them.</summary>
    public List<HistoryEntry> History { get; private set; } = [];

    /// <summary>A customer may cancel until it cooks; a manager until a driver has it.</summary>
    public bool MayBeCancelled(bool byManager) =>
        Status is OrderStatus.Pending or OrderStatus.Confirmed || (byManager && Status is OrderStatus.Cooking or OrderStatus.Ready);

    /// <summary>A driver may take what is ready and is to be delivered.</summary>
    public bool MayBeTaken() => Status == OrderStatus.Ready && Fulfilment == Fulfilment.Delivery;

    /// <summary>A delivery is handed over by the driver who took it (or a manager), a pickup over the counter by anyone.</summary>
    public bool MayBeHandedOver(string by, bool byManager) =>
        Fulfilment == Fulfilment.Pickup
            ? Status == OrderStatus.Ready
            : Status == OrderStatus.Delivering && (byManager || string.Equals(Driver, by, StringComparison.Ordinal));

    /// <summary>Accepts an order at the prices of its lines, and asks for the payment.</summary>
    public static (Order Order, IReadOnlyList<Event> Events) Place(NewOrder placed, Cause cause)
    {
        var order = new Order
        {
            Id = placed.Id,
            Status = OrderStatus.Pending,
            Customer = placed.Customer,
            Lines = placed.Lines,
            Total = placed.Lines.Select(line => line.LineTotal).Sum(),
            Fulfilment = placed.Fulfilment,
            PaymentMethod = placed.PaymentMethod,
            Notes = placed.Notes,
            PlacedAt = cause.At,
            EstimatedReadyAt = placed.EstimatedReadyAt,
            PlacedBy = placed.PlacedBy,
        };
        return (
            order,
            order.Raise(
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
                },
                order.PaymentRequest(placed.CardToken)
            )
        );
    }

    /// <summary>
    /// Cancels, or, where the kitchen has a ticket that may be cooking by now, records the wish and asks the kitchen first: its word
    /// decides (<see cref="KitchenLetGo"/>, <see cref="KitchenKept"/>).
    /// </summary>
    public Outcome<IReadOnlyList<Event>> RequestCancellation(string reason, bool byManager, Cause cause)
    {
        if (!MayBeCancelled(byManager))
        {
            return Fault.IllegalTransition($"The order is {Word(Status)} and can no longer be cancelled.");
        }

        if (Status != OrderStatus.Confirmed)
        {
            return Cancel(reason, cause);
        }

        if (CancellationWish is not null && (CancellationWish.ByManager || !byManager))
        {
            return Nothing;
        }

        CancellationWish = new(reason, byManager);
        return Raise(cause, new CancellationRequested { OrderId = Id, Reason = reason });
    }

    /// <summary>The kitchen withdrew the ticket: the wish is carried out. Nothing if there is no wish any more.</summary>
    public Outcome<IReadOnlyList<Event>> KitchenLetGo(Cause cause) =>
        CancellationWish is { } wish && Status is not (OrderStatus.Cancelled or OrderStatus.Delivered)
            ? Cancel(wish.Reason, cause)
            : Nothing;

    /// <summary>The kitchen cooks already: a customer's wish lapses, a manager's is carried out nevertheless while it may be.</summary>
    public Outcome<IReadOnlyList<Event>> KitchenKept(Cause cause)
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

    /// <summary>Cancels what was never paid. Nothing if it has been confirmed or cancelled meanwhile.</summary>
    public Outcome<IReadOnlyList<Event>> Expire(Cause cause) =>
        Status == OrderStatus.Pending ? Cancel(CancellationReasons.PaymentExpired, cause) : Nothing;

    /// <summary>Whether it is confirmed, not ready, and nobody was alarmed over it yet.</summary>
    public bool IsAwaited() => Status is OrderStatus.Confirmed or OrderStatus.Cooking && LateSince is null;

    /// <summary>Raises the alarm, once, if it is not ready though its time has come.</summary>
    public Outcome<IReadOnlyList<Event>> NoteLate(Cause cause)
    {
        if (!IsAwaited() || cause.At <= EstimatedReadyAt)
        {
            return Nothing;
        }

        LateSince = cause.At;
        return Raise(
            cause,
            new OrderLate
            {
                OrderId = Id,
                CustomerId = Customer.Id,
                PromisedAt = EstimatedReadyAt,
            }
        );
    }

    /// <summary>A driver, the cause's actor, takes it.</summary>
    public Outcome<IReadOnlyList<Event>> Take(Cause cause)
    {
        if (!MayBeTaken())
        {
            return Fault.IllegalTransition(
                Fulfilment == Fulfilment.Pickup ? "The customer fetches this order."
                : Status == OrderStatus.Delivering ? "A driver has this order already."
                : $"The order is {Word(Status)}, not ready."
            );
        }

        (Status, Driver, DeliveringAt) = (OrderStatus.Delivering, cause.Actor, cause.At);
        return Raise(cause, Departure());
    }

    /// <summary>The customer has the pizzas; cash that was due has been collected.</summary>
    public Outcome<IReadOnlyList<Event>> HandOver(bool byManager, Cause cause)
    {
        if (!MayBeHandedOver(cause.Actor, byManager))
        {
            return Fault.IllegalTransition(
                Status == OrderStatus.Delivering
                    ? "Another driver has this order."
                    : $"The order is {Word(Status)} and can't be handed over."
            );
        }

        (Status, DeliveredAt) = (OrderStatus.Delivered, cause.At);
        if (PaymentStatus == PaymentStatus.CashDue)
        {
            PaymentStatus = PaymentStatus.Paid;
        }

        return Raise(cause, Handover());
    }

    /// <summary>Paid, or cash due: confirms. If it was cancelled meanwhile, what was taken must be given back.</summary>
    public Outcome<IReadOnlyList<Event>> Apply(PaymentSucceeded paid, Cause cause)
    {
        // Told twice under two ids, it was collected once: what is given back stays so.
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

        PaymentStatus = paid.Method == PaymentMethod.Cash ? PaymentStatus.CashDue : PaymentStatus.Paid;
        ConfirmedAt = paid.OccurredAt;
        Advance(OrderStatus.Confirmed);
        return Raise(cause, Confirmation());
    }

    /// <summary>Could not be paid: cancels for the reason given.</summary>
    public Outcome<IReadOnlyList<Event>> Apply(PaymentFailed failed, Cause cause)
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

    /// <summary>The money is back with the customer.</summary>
    public Outcome<IReadOnlyList<Event>> Apply(PaymentRefunded refunded)
    {
        if (IsNew(refunded))
        {
            PaymentStatus = PaymentStatus.Refunded;
        }

        return Nothing;
    }

    /// <summary>A chef has begun.</summary>
    public Outcome<IReadOnlyList<Event>> Apply(CookingStarted started)
    {
        if (IsNew(started))
        {
            // Who began is the chef, also where somebody else took it out of the oven and that was told first.
            (CookingStartedAt, Chef) = (started.OccurredAt, started.Chef);
            Advance(OrderStatus.Cooking);
        }

        return Nothing;
    }

    /// <summary>The pizzas are out of the oven; tells when cooking began, should that not have been heard yet.</summary>
    public Outcome<IReadOnlyList<Event>> Apply(OrderReady ready)
    {
        if (IsNew(ready))
        {
            CookingStartedAt ??= ready.CookingStartedAt;
            Chef ??= ready.Chef;
            ReadyAt = ready.OccurredAt;
            Advance(OrderStatus.Ready);
        }

        return Nothing;
    }

    private static string Word(OrderStatus status) => status.ToString().ToLowerInvariant();

    private OrderConfirmed Confirmation() =>
        new()
        {
            OrderId = Id,
            CustomerId = Customer.Id,
            Lines = Lines,
            Total = Total,
            Fulfilment = Fulfilment,
            PlacedAt = PlacedAt,
            PromisedAt = EstimatedReadyAt,
            Notes = Notes,
        };

    /// <summary>Forward only; cancelled and delivered are behind everything an event could bring.</summary>
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
        return IsRefundOwed() ? Raise(cause, Cancellation(), RefundOfTotal()) : Raise(cause, Cancellation());
    }

    private RefundRequested RefundOfTotal() => new() { OrderId = Id, Amount = Total };

    private Event[] Raise(Cause cause, params ReadOnlySpan<Event> raised)
    {
        var events = new Event[raised.Length];
        for (var i = 0; i < events.Length; i++)
        {
            events[i] = raised[i].Because(cause);
            Record(events[i]);
        }

        return events;
    }
}

/// <summary>Why an order was cancelled without anybody asking for it.</summary>
public static class CancellationReasons
{
    /// <summary>The provider refused the card.</summary>
    public const string PaymentDeclined = "payment_declined";

    /// <summary>The provider could not be reached for too long.</summary>
    public const string PaymentUnavailable = "payment_unavailable";

    /// <summary>No word about the payment came in time.</summary>
    public const string PaymentExpired = "payment_expired";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [PaymentDeclined, PaymentUnavailable, PaymentExpired];
}
