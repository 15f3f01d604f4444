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

/// <summary>Whatever was taken for the order is to be given back; where nothing was taken, nothing is given.</summary>
public sealed record RefundRequested : OrderEvent
{
    public required Money Amount { get; init; }
}

/// <summary>What was taken has been given back.</summary>
public sealed record PaymentRefunded : OrderEvent
{
    public required Money Amount { get; init; }

    /// <summary>The provider's reference of the refund.</summary>
    public required string Reference { get; init; }
}

/// <summary>Paid, or cash due: the kitchen may bake.</summary>
public sealed record OrderConfirmed : OrderEvent
{
    public required string CustomerId { get; init; }
    public required IReadOnlyList<OrderedLine> Lines { get; init; }
    public required Money Total { get; init; }
    public required Fulfilment Fulfilment { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>When the customer was told it would be ready.</summary>
    public required DateTimeOffset PromisedAt { get; init; }

    /// <summary>What the customer wrote for the kitchen.</summary>
    public string? Notes { get; init; }
}

/// <summary>
/// Someone wants a confirmed order cancelled and the kitchen has yet to agree. Published so that the cancellation is carried
/// through even if the process that began it dies.
/// </summary>
public sealed record CancellationRequested : OrderEvent
{
    public required string Reason { get; init; }
}

/// <summary>The kitchen cooks already: the wish to cancel has lapsed and the order goes on.</summary>
public sealed record CancellationRefused : OrderEvent
{
    public required string Reason { get; init; }
}

/// <summary>The order will not be made; what was paid is given back.</summary>
public sealed record OrderCancelled : OrderEvent
{
    public required string CustomerId { get; init; }

    /// <summary>What the caller gave, or a reason of ours: <c>payment_declined</c>, <c>payment_expired</c>.</summary>
    public required string Reason { get; init; }
    public required Money Total { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>Whether a payment was taken that must be refunded.</summary>
    public required bool RefundDue { get; init; }
}

/// <summary>A chef took the ticket; a slot of the kitchen's capacity is his until the order is ready.</summary>
public sealed record CookingStarted : OrderEvent
{
    public required string Chef { get; init; }
}

/// <summary>The pizzas are out of the oven.</summary>
public sealed record OrderReady : OrderEvent
{
    public required string Chef { get; init; }
    public required DateTimeOffset CookingStartedAt { get; init; }
}

/// <summary>A driver took the order.</summary>
public sealed record DeliveryStarted : OrderEvent
{
    public required string CustomerId { get; init; }
    public required string Driver { get; init; }
}

/// <summary>The customer has the pizzas.</summary>
public sealed record OrderDelivered : OrderEvent
{
    public required string CustomerId { get; init; }
    public required IReadOnlyList<OrderedLine> Lines { get; init; }
    public required Money Total { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }
    public required DateTimeOffset PromisedAt { get; init; }

    /// <summary>Null where the customer fetched it.</summary>
    public string? Driver { get; init; }
    public string? Chef { get; init; }
}

/// <summary>The promised time has passed and the order is not ready.</summary>
public sealed record OrderLate : OrderEvent
{
    public required string CustomerId { get; init; }
    public required DateTimeOffset PromisedAt { get; init; }
}

/// <summary>An operator mended an order that was corrupted, or took that back.</summary>
public sealed record OrderRepaired : OrderEvent
{
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>The corruptions' names, or <c>undone</c>.</summary>
    public required IReadOnlyList<string> Repairs { get; init; }

    /// <summary>Where the order is kept as it was.</summary>
    public required string BackupId { get; init; }
}

/// <summary>A customer was told something about an order, which is to be passed on by mail.</summary>
public sealed record CustomerNotified : OrderEvent
{
    public required string CustomerId { get; init; }

    /// <summary>Where the text is: it is not for every queue to see.</summary>
    public required string NotificationId { get; init; }
}

/// <summary>An account has an e-mail address that nobody has confirmed, and its owner wants a mail with which to do that.</summary>
public sealed record EmailConfirmationRequested : Event
{
    /// <summary>Where the address is: it is not for every queue to see.</summary>
    public required string AccountId { get; init; }
}

/// <summary>A pizza was added to the menu, changed, sold out, brought back or taken off.</summary>
public sealed record MenuChanged : Event
{
    public required string PizzaId { get; init; }

    /// <summary><c>added</c>, <c>changed</c>, <c>availability</c> or <c>removed</c>.</summary>
    public required string Change { get; init; }
    public required bool Available { get; init; }
    public string? UnavailableReason { get; init; }
}

/// <summary>The kitchen stopped taking orders, or takes them again.</summary>
public sealed record KitchenPaused : Event
{
    public required bool Paused { get; init; }
    public string? Reason { get; init; }

    /// <summary>Version of the kitchen's document: an older one that arrives late is dropped.</summary>
    public required long KitchenVersion { get; init; }
}

/// <summary>How busy the kitchen is; what an estimate is made from. Published when it changes, at most twice a second.</summary>
public sealed record KitchenLoadChanged : Event
{
    public required int Capacity { get; init; }
    public required int Cooking { get; init; }
    public required int Queued { get; init; }

    /// <summary>Mean of the recent cooking times, in minutes.</summary>
    public required double AverageCookMinutes { get; init; }

    /// <summary>Raised with each publication: an older one that arrives late is dropped.</summary>
    public required long LoadVersion { get; init; }
}

/// <summary>The time of a scheduled job has come. The service that owns the work does it; the scheduler only tells the time.</summary>
public sealed record ScheduledJobDue : Event
{
    /// <summary>The job's name: <c>expire-unpaid</c>.</summary>
    public required string Job { get; init; }

    /// <summary>When it was due, which may be earlier than when it was published.</summary>
    public required DateTimeOffset DueAt { get; init; }
}
