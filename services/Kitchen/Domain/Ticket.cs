namespace MariosPizzeria.KitchenService.Domain;

/// <summary>The kitchen's work for one order. Its id is the order's id, so an order never has two tickets.</summary>
public sealed class Ticket : IDocument
{
    /// <summary>How long after a step it can be undone.</summary>
    public static readonly TimeSpan UndoneWithin = Contracts.Undo.LongestAfter;

    // How long before the start is due a ticket of an order placed ahead is listed.
    private static readonly TimeSpan ListedAhead = TimeSpan.FromMinutes(15);

    private Ticket() { }

    /// <summary>The order's id.</summary>
    public string Id { get; private set; } = "";

    public long Version { get; set; }

    public TicketState State { get; private set; }

    /// <summary>The pizzas to make; empty if it was withdrawn before the kitchen received the order.</summary>
    public List<TicketItem> Items { get; private set; } = [];

    /// <summary>The customer's notes for the kitchen.</summary>
    public string? Notes { get; private set; }

    /// <summary>The order's number within its business day; null for a ticket that was created before orders had one.</summary>
    public int? Number { get; private set; }

    /// <summary>The name to call when the order is ready; null for a ticket that was created before tickets had it.</summary>
    public string? CustomerName { get; private set; }

    /// <summary>The allergens that the customer must not eat.</summary>
    public IReadOnlyList<Allergen> Allergies { get; private set; } = [];

    /// <summary>The allergies in the customer's words.</summary>
    public string? AllergyNote { get; private set; }

    /// <summary>Whether a driver or the customer fetches it; null for a ticket that was created before tickets had it.</summary>
    public Fulfilment? Fulfilment { get; private set; }

    /// <summary>When the order was confirmed.</summary>
    public DateTimeOffset? QueuedAt { get; private set; }

    /// <summary>When a chef took it.</summary>
    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>When it came out of the oven.</summary>
    public DateTimeOffset? ReadyAt { get; private set; }

    /// <summary>When its last step was taken; null before the first step, and after an undo.</summary>
    public DateTimeOffset? SteppedAt { get; private set; }

    /// <summary>When the customer is promised to have it in hand: at the door, or at the counter.</summary>
    public DateTimeOffset? PromisedAt { get; private set; }

    /// <summary>
    /// When it must be started to keep that promise: the driving time and its own time in the oven are subtracted. Null for a ticket of an
    /// earlier release.
    /// </summary>
    public DateTimeOffset? DueStartAt { get; private set; }

    /// <summary>When the customer wants it in hand; null for as soon as possible.</summary>
    public DateTimeOffset? RequestedFor { get; private set; }

    /// <summary>Since when it is late, which raises an alarm in the kitchen; null if it is not late.</summary>
    public DateTimeOffset? LateSince { get; private set; }

    /// <summary>When it was withdrawn or handed out, and thereby left the kitchen.</summary>
    public DateTimeOffset? LeftAt { get; private set; }

    /// <summary>
    /// The order's version in the last delivery event that was applied: an event with an older version that arrives later is dropped. 0 if
    /// there was none, or none with a version.
    /// </summary>
    public long DeliveryVersion { get; private set; }

    /// <summary>When a driver took it; null until the customer has it, and for a pickup.</summary>
    public DateTimeOffset? DepartedAt { get; private set; }

    /// <summary>When the driver handed it to the customer; null for a pickup.</summary>
    public DateTimeOffset? ArrivedAt { get; private set; }

    /// <summary>
    /// Requests to cancel that were refused because it was cooking or ready, each by the order's version that recorded it. They stay
    /// refused after an undo, because the customer has been notified.
    /// </summary>
    public List<long> RefusedCancellations { get; private set; } = [];

    /// <summary>Id of the chef who took it.</summary>
    public string? Chef { get; private set; }

    /// <summary>The time from which the kitchen's lists contain it; null if they contain it at once, or if it is not queued.</summary>
    public DateTimeOffset? ListedFrom() => State == TicketState.Queued && RequestedFor is not null ? DueStartAt - ListedAhead : null;

    /// <summary>The number of its pizzas.</summary>
    public int Pizzas() => Items.Sum(item => item.Quantity);

    /// <summary>Creates the ticket of a confirmed order.</summary>
    /// <param name="minutesPerPizza">Mean cooking time of a pizza, in minutes.</param>
    public static Ticket Queue(OrderConfirmed order, double minutesPerPizza) =>
        new()
        {
            Id = order.OrderId,
            Items =
            [
                .. order.Lines.Select(line => new TicketItem(
                    line.LineId,
                    line.PizzaId,
                    line.Name,
                    line.Size,
                    line.Toppings,
                    line.ExtraToppings,
                    line.Quantity
                )),
            ],
            Notes = order.Notes,
            Number = order.Number,
            CustomerName = order.CustomerName,
            Allergies = order.Allergies ?? [],
            AllergyNote = order.AllergyNote,
            Fulfilment = order.Fulfilment,
            QueuedAt = order.OccurredAt,
            PromisedAt = order.PromisedAt,
            RequestedFor = order.RequestedFor,
            DueStartAt =
                (order.EstimatedReadyAt ?? order.PromisedAt)
                - TimeSpan.FromMinutes(minutesPerPizza * order.Lines.Sum(line => line.Quantity)),
        };

    /// <summary>Creates a ticket that was withdrawn before it existed.</summary>
    public static Ticket Withdrawn(string orderId, Cause cause) =>
        new()
        {
            Id = orderId,
            State = TicketState.Withdrawn,
            LeftAt = cause.At,
        };

    /// <summary>Starts cooking by a chef. The caller holds a slot for it.</summary>
    public Result<IReadOnlyList<Event>> Start(Cause cause)
    {
        if (State != TicketState.Queued)
        {
            return Refuse("started");
        }

        (State, StartedAt, Chef, SteppedAt) = (TicketState.Cooking, cause.At, cause.Actor, cause.At);
        return new[]
        {
            new CookingStarted
            {
                OrderId = Id,
                Chef = Chef,
                TicketVersion = Version + 1,
            }.Because(cause),
        };
    }

    /// <summary>Marks it as out of the oven.</summary>
    public Result<IReadOnlyList<Event>> Finish(Cause cause)
    {
        if (State != TicketState.Cooking)
        {
            return Refuse("ready");
        }

        (State, ReadyAt, SteppedAt) = (TicketState.Ready, cause.At, cause.At);
        return new[]
        {
            new OrderReady
            {
                OrderId = Id,
                Chef = Chef!,
                CookingStartedAt = StartedAt!.Value,
                TicketVersion = Version + 1,
            }.Because(cause),
        };
    }

    /// <summary>
    /// Undoes the last step, once, within <see cref="UndoneWithin"/>: a ready ticket cooks again (the caller holds a slot for it, and Order
    /// has confirmed that it was not handed over), a cooking ticket waits again.
    /// </summary>
    public Result<IReadOnlyList<Event>> Undo(Cause cause)
    {
        if (State is not (TicketState.Cooking or TicketState.Ready) || LeftAt is not null)
        {
            return Error.IllegalTransition(
                LeftAt is null ? $"The ticket is {Text(State)}: there is no step to undo." : "The ticket has left the kitchen."
            );
        }

        if (SteppedAt is not { } stepped || cause.At - stepped > UndoneWithin)
        {
            return Error.IllegalTransition("The last step can be undone once, and within two minutes.");
        }

        SteppedAt = null;
        if (State == TicketState.Ready)
        {
            (State, ReadyAt) = (TicketState.Cooking, null);
        }
        else
        {
            (State, StartedAt, Chef) = (TicketState.Queued, null, null);
        }

        return new[]
        {
            new TicketStepUndone
            {
                OrderId = Id,
                Step = State == TicketState.Cooking ? TicketStep.Cooking : TicketStep.Queued,
                Chef = Chef,
                CookingStartedAt = StartedAt,
                TicketVersion = Version + 1,
            }.Because(cause),
        };
    }

    /// <summary>
    /// Withdraws it for an order that is to be cancelled, which is possible until a chef has the ticket. The first answer to a request to
    /// cancel is final: if the same request is sent twice, with an undo in between, the second must not withdraw a ticket that the first
    /// could not.
    /// </summary>
    /// <param name="orderVersion">The order's version that recorded the request; null if it is not known.</param>
    /// <param name="cause">Who and when.</param>
    /// <returns>
    /// Whether anything changed; or <c>illegal-transition</c>. A refusal that must be stored is a change, too: the state tells whether the
    /// ticket is withdrawn.
    /// </returns>
    public Result<bool> Withdraw(long? orderVersion, Cause cause)
    {
        var isRefused = orderVersion is { } known && RefusedCancellations.Contains(known);
        switch (State)
        {
            case TicketState.Withdrawn:
                return false;
            case TicketState.Queued when !isRefused:
                (State, LeftAt) = (TicketState.Withdrawn, cause.At);
                return true;
            default:
                if (orderVersion is not { } version || isRefused)
                {
                    return NotWithdrawn();
                }

                RefusedCancellations.Add(version);
                return true;
        }
    }

    /// <summary>Returns the error that explains why it was not withdrawn.</summary>
    public Error NotWithdrawn() =>
        Error.IllegalTransition(
            State == TicketState.Queued
                ? "The withdrawal was refused because the ticket was cooking."
                : $"The ticket is {Text(State)} and can't be withdrawn."
        );

    /// <summary>
    /// Withdraws it in any state because the order was cancelled, also if it was handed out: it will not be brought back to the kitchen.
    /// </summary>
    /// <returns>Whether anything changed.</returns>
    public Result<bool> Cancel(Cause cause)
    {
        if (State == TicketState.Withdrawn)
        {
            return false;
        }

        (State, LeftAt) = (TicketState.Withdrawn, LeftAt ?? cause.At);
        return true;
    }

    /// <summary>Hands it out to a driver or the customer.</summary>
    /// <param name="orderVersion">The order's version in the event; 0 if the event has none.</param>
    /// <returns>Whether anything changed.</returns>
    public Result<bool> HandOut(Cause cause, long orderVersion)
    {
        if (State != TicketState.Ready || !IsNewerVersion(orderVersion) || (orderVersion == 0 && LeftAt is not null))
        {
            return false;
        }

        (LeftAt, DeliveryVersion) = (LeftAt ?? cause.At, orderVersion);
        return true;
    }

    /// <summary>Takes it back, because it was brought back or was not fetched after all: it waits to be handed out again.</summary>
    /// <param name="orderVersion">The order's version in the event.</param>
    /// <returns>Whether anything changed.</returns>
    public Result<bool> TakeBack(long orderVersion)
    {
        if (State != TicketState.Ready || !IsNewerVersion(orderVersion))
        {
            return false;
        }

        (LeftAt, DeliveryVersion) = (null, orderVersion);
        return true;
    }

    /// <summary>Records that the customer has it, and for a delivery the driving time.</summary>
    /// <returns>Whether anything changed.</returns>
    public Result<bool> Arrive(OrderDelivered delivered, Cause cause)
    {
        var left = HandOut(cause, delivered.OrderVersion) is { Succeeded: true, Value: true };
        if (State != TicketState.Ready || delivered.DeliveringAt is null || delivered.DeliveredAt <= (ArrivedAt ?? DateTimeOffset.MinValue))
        {
            return left;
        }

        (DepartedAt, ArrivedAt) = (delivered.DeliveringAt, delivered.DeliveredAt);
        return true;
    }

    /// <summary>Marks it as late, which shows on the kitchen's screens. Has no effect if it is ready.</summary>
    /// <returns>Whether anything changed.</returns>
    public Result<bool> MarkLate(DateTimeOffset since)
    {
        if (LateSince is not null || State is not (TicketState.Queued or TicketState.Cooking))
        {
            return false;
        }

        LateSince = since;
        return true;
    }

    // An event without a version is of an earlier release: it is applied only until an event with a version was applied.
    private bool IsNewerVersion(long orderVersion) => orderVersion > DeliveryVersion || (orderVersion == 0 && DeliveryVersion == 0);

    private Error Refuse(string step) => Error.IllegalTransition($"The ticket is {Text(State)} and can't be {step}.");

    private static string Text(TicketState state) => state.ToString().ToLowerInvariant();
}
