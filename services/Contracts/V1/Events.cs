namespace MariosPizzeria.Contracts.V1;

/// <summary>One line of an order as other services need it.</summary>
public sealed record OrderedLine(
    string LineId,
    string PizzaId,
    string Name,
    PizzaSize Size,
    IReadOnlyList<string> Toppings,
    IReadOnlyList<string> ExtraToppings,
    int Quantity,
    Money UnitPrice,
    Money LineTotal
);

/// <summary>How the customer gets the pizzas.</summary>
public enum Fulfilment
{
    Delivery,
    Pickup,
}

/// <summary>How the customer pays.</summary>
public enum PaymentMethod
{
    Cash,
    CreditCard,
    DebitCard,
}

/// <summary>A customer's order was accepted; it awaits its payment.</summary>
public sealed record OrderPlaced : OrderEvent
{
    public required string CustomerId { get; init; }
    public required IReadOnlyList<OrderedLine> Lines { get; init; }
    public required Money Total { get; init; }
    public required Fulfilment Fulfilment { get; init; }
    public required PaymentMethod PaymentMethod { get; init; }
    public required DateTimeOffset EstimatedReadyAt { get; init; }

    /// <summary>When the customer has it in hand; null for an order that an earlier release placed.</summary>
    public DateTimeOffset? PromisedAt { get; init; }
}

/// <summary>An order's total is to be collected.</summary>
public sealed record PaymentRequested : OrderEvent
{
    public required string CustomerId { get; init; }
    public required Money Amount { get; init; }
    public required PaymentMethod Method { get; init; }

    /// <summary>The provider's token for the card; null for cash. Never a card number.</summary>
    public string? CardToken { get; init; }
}

/// <summary>The total was collected, or is due in cash at the door.</summary>
public sealed record PaymentSucceeded : OrderEvent
{
    public required Money Amount { get; init; }
    public required PaymentMethod Method { get; init; }

    /// <summary>The provider's reference; null for cash.</summary>
    public string? Reference { get; init; }
}

/// <summary>The total could not be collected; the order will be cancelled for this reason.</summary>
public sealed record PaymentFailed : OrderEvent
{
    public required Money Amount { get; init; }

    /// <summary>For example <c>payment_declined</c>.</summary>
    public required string Reason { get; init; }
}

/// <summary>The money that was collected for the order is to be refunded; if nothing was collected, nothing is refunded.</summary>
public sealed record RefundRequested : OrderEvent
{
    public required Money Amount { get; init; }
}

/// <summary>The money that was collected has been refunded.</summary>
public sealed record PaymentRefunded : OrderEvent
{
    public required Money Amount { get; init; }

    /// <summary>The provider's reference of the refund.</summary>
    public required string Reference { get; init; }
}

/// <summary>The order is paid, or cash is due: the kitchen may bake it.</summary>
public sealed record OrderConfirmed : OrderEvent
{
    public required string CustomerId { get; init; }
    public required IReadOnlyList<OrderedLine> Lines { get; init; }
    public required Money Total { get; init; }
    public required Fulfilment Fulfilment { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>When the customer is promised to have it in hand: at the door, or at the counter.</summary>
    public required DateTimeOffset PromisedAt { get; init; }

    /// <summary>
    /// When it must be out of the oven to keep the promise. Null from an earlier release, whose <see cref="PromisedAt"/> is this time.
    /// </summary>
    public DateTimeOffset? EstimatedReadyAt { get; init; }

    /// <summary>The customer's notes for the kitchen.</summary>
    public string? Notes { get; init; }

    /// <summary>
    /// The name to call when the order is ready. Like all properties below, it is null in an event of a release without it.
    /// </summary>
    public string? CustomerName { get; init; }

    /// <summary>
    /// The allergens that the customer must not eat. Health data: only for the ticket, never for a log, a trace or a mail.
    /// </summary>
    public IReadOnlyList<Allergen>? Allergies { get; init; }

    /// <summary>The allergies in the customer's words.</summary>
    public string? AllergyNote { get; init; }

    /// <summary>When the customer wants it in hand; null for as soon as possible.</summary>
    public DateTimeOffset? RequestedFor { get; init; }
}

/// <summary>
/// The cancellation of a confirmed order was requested, and the kitchen has yet to agree. It is published so that the cancellation is
/// completed even if the process that began it dies.
/// </summary>
public sealed record CancellationRequested : OrderEvent
{
    public required string Reason { get; init; }
}

/// <summary>The kitchen already cooks the order: the request to cancel is refused and the order continues.</summary>
public sealed record CancellationRefused : OrderEvent
{
    public required string Reason { get; init; }
}

/// <summary>The order will not be made; the money that was paid is refunded.</summary>
public sealed record OrderCancelled : OrderEvent
{
    public required string CustomerId { get; init; }

    /// <summary>The reason that the caller gave, or one of the system's own: <c>payment_declined</c>, <c>payment_expired</c>.</summary>
    public required string Reason { get; init; }
    public required Money Total { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>Whether a payment was taken that must be refunded.</summary>
    public required bool RefundDue { get; init; }

    /// <summary>The time that was requested when the order was placed ahead; null for an order for as soon as possible.</summary>
    public DateTimeOffset? RequestedFor { get; init; }
}

/// <summary>A chef took the ticket; it takes a slot of the kitchen's capacity until the order is ready.</summary>
public sealed record CookingStarted : OrderEvent
{
    public required string Chef { get; init; }

    /// <inheritdoc cref="TicketStepUndone.TicketVersion"/>
    public long? TicketVersion { get; init; }
}

/// <summary>The pizzas are out of the oven.</summary>
public sealed record OrderReady : OrderEvent
{
    public required string Chef { get; init; }
    public required DateTimeOffset CookingStartedAt { get; init; }

    /// <inheritdoc cref="TicketStepUndone.TicketVersion"/>
    public long? TicketVersion { get; init; }
}

/// <summary>A chef undid the last step of a ticket.</summary>
public sealed record TicketStepUndone : OrderEvent
{
    /// <summary>The ticket's step after the undo.</summary>
    public required TicketStep Step { get; init; }

    /// <summary>The chef who has it; null if it waits again.</summary>
    public string? Chef { get; init; }

    /// <summary>When that chef took it; null if it waits again.</summary>
    public DateTimeOffset? CookingStartedAt { get; init; }

    /// <summary>
    /// The ticket's version after this event. Of two events of a ticket, the one with the higher version has the current state, in
    /// whichever order they arrive. Null from an earlier release.
    /// </summary>
    public long? TicketVersion { get; init; }
}

/// <summary>The steps of a ticket.</summary>
public enum TicketStep
{
    Queued,
    Cooking,
    Ready,
}

/// <summary>A driver took the order.</summary>
public sealed record DeliveryStarted : OrderEvent
{
    public required string CustomerId { get; init; }
    public required string Driver { get; init; }

    /// <summary>
    /// The order's version after this event; 0 from a release without it. Of two events, the one with the higher version applies.
    /// </summary>
    public long OrderVersion { get; init; }
}

/// <summary>An order was marked as handed over by mistake: it is under way again, or waits at the counter again.</summary>
public sealed record DeliveryUndone : OrderEvent
{
    public required string CustomerId { get; init; }
    public required Fulfilment Fulfilment { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>See <see cref="DeliveryStarted.OrderVersion"/>.</summary>
    public required long OrderVersion { get; init; }
}

/// <summary>The driver could not hand the order over and brought it back: it waits for a driver again.</summary>
public sealed record DeliveryFailed : OrderEvent
{
    public required string CustomerId { get; init; }
    public required string Driver { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>See <see cref="DeliveryStarted.OrderVersion"/>.</summary>
    public required long OrderVersion { get; init; }
}

/// <summary>The customer has the pizzas.</summary>
public sealed record OrderDelivered : OrderEvent
{
    public required string CustomerId { get; init; }
    public required IReadOnlyList<OrderedLine> Lines { get; init; }
    public required Money Total { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }
    public required DateTimeOffset PromisedAt { get; init; }

    /// <summary>The driver; null if the customer fetched it.</summary>
    public string? Driver { get; init; }
    public string? Chef { get; init; }

    /// <summary>See <see cref="DeliveryStarted.OrderVersion"/>.</summary>
    public long OrderVersion { get; init; }

    /// <summary>Whether an earlier handover was undone, so that the customer is already notified.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>When the driver took it; null if the customer fetched it, and from an earlier release.</summary>
    public DateTimeOffset? DeliveringAt { get; init; }

    /// <summary>When the customer got it, also in an event that is published again; null from an earlier release.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }
}

/// <summary>The customer will have the order in hand later than promised. Published at most a few times, each with a later time.</summary>
public sealed record OrderLate : OrderEvent
{
    public required string CustomerId { get; init; }
    public required DateTimeOffset PromisedAt { get; init; }

    /// <summary>The new time at which it is expected in hand; null from an earlier release.</summary>
    public DateTimeOffset? NewPromisedAt { get; init; }
}

/// <summary>An operator repaired a corrupted order, or undid a repair.</summary>
public sealed record OrderRepaired : OrderEvent
{
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>The corruptions' names, or <c>undone</c>.</summary>
    public required IReadOnlyList<string> Repairs { get; init; }

    /// <summary>Id of the backup that holds the order as it was.</summary>
    public required string BackupId { get; init; }
}

/// <summary>A notification about an order was stored for a customer, and is to be sent by mail.</summary>
public sealed record CustomerNotified : OrderEvent
{
    public required string CustomerId { get; init; }

    /// <summary>Id of the notification, which holds the text: not every queue should contain it.</summary>
    public required string NotificationId { get; init; }
}

/// <summary>An account has an unconfirmed e-mail address, and its owner requests the mail that confirms it.</summary>
public sealed record EmailConfirmationRequested : Event
{
    /// <summary>Id of the account, which holds the address: not every queue should contain it.</summary>
    public required string AccountId { get; init; }
}

/// <summary>A pizza was added to the menu, changed, sold out, brought back or taken off; or a topping sold out or came back.</summary>
public sealed record MenuChanged : Event
{
    /// <summary>The pizza's id; empty if <see cref="Change"/> is <c>topping</c>.</summary>
    public required string PizzaId { get; init; }

    /// <summary>The topping that sold out or came back; null if the event is about a pizza.</summary>
    public string? Topping { get; init; }

    /// <summary><c>added</c>, <c>changed</c>, <c>availability</c>, <c>removed</c>, or <c>topping</c>.</summary>
    public required string Change { get; init; }
    public required bool Available { get; init; }
    public string? UnavailableReason { get; init; }
}

/// <summary>The kitchen stopped taking orders, or takes them again.</summary>
public sealed record KitchenPaused : Event
{
    public required bool Paused { get; init; }
    public string? Reason { get; init; }

    /// <summary>Version of the kitchen's document. An event with an older version that arrives late is dropped.</summary>
    public required long KitchenVersion { get; init; }
}

/// <summary>Opening hours or extra minutes were set; the event has the values of both.</summary>
public sealed record ShopChanged : Event
{
    public required IReadOnlyList<OpeningPeriod> Hours { get; init; }

    /// <summary>Minutes that are added to every promise.</summary>
    public required int ExtraMinutes { get; init; }

    /// <summary>Version of the shop's document. An event with an older version that arrives late is dropped.</summary>
    public required long ShopVersion { get; init; }
}

/// <summary>How busy the kitchen is: the input of estimates. Published when it changes, at most twice a second.</summary>
public sealed record KitchenLoadChanged : Event
{
    public required int Capacity { get; init; }
    public required int Cooking { get; init; }
    public required int Queued { get; init; }

    /// <summary>Mean of the recent cooking times, in minutes.</summary>
    public required double AverageCookMinutes { get; init; }

    /// <summary>The input of promises; null from an earlier release.</summary>
    public Workload? Workload { get; init; }

    /// <summary>Increased with each publication. An event with an older version that arrives late is dropped.</summary>
    public required long LoadVersion { get; init; }
}

/// <summary>A scheduled job is due. The service that owns the work does it; the scheduler only publishes this event.</summary>
public sealed record ScheduledJobDue : Event
{
    /// <summary>The job's name: <c>expire-unpaid</c>.</summary>
    public required string Job { get; init; }

    /// <summary>When it was due, which may be earlier than when it was published.</summary>
    public required DateTimeOffset DueAt { get; init; }
}
