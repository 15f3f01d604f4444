using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.Contracts.Api;

/// <summary>How far an order is. Declared in the order in which it goes, which is what keeps a late event from moving it back.</summary>
public enum OrderStatus
{
    Pending,
    Confirmed,
    Cooking,
    Ready,
    Delivering,
    Delivered,
    Cancelled,
}

/// <summary>What has become of an order's payment.</summary>
public enum PaymentStatus
{
    Pending,
    CashDue,
    Paid,
    Declined,
    Refunded,
}

/// <summary>Who ordered, and where the pizzas go.</summary>
/// <param name="Id">The account.</param>
/// <param name="Name">As given with this order.</param>
/// <param name="Phone">As given with this order.</param>
/// <param name="Address">Null only for a pickup.</param>
public sealed record Customer(string Id, string Name, string Phone, string? Address);

/// <summary>What a customer orders. Everything may be missing in what is sent; the service says what must not.</summary>
public sealed record PlaceOrderRequest
{
    public IReadOnlyList<ItemRequest?>? Items { get; init; }
    public Recipient? Customer { get; init; }
    public Fulfilment? Fulfilment { get; init; }
    public PaymentMethod? PaymentMethod { get; init; }
    public Card? Payment { get; init; }
    public string? Notes { get; init; }

    /// <summary>Who gets it, and where.</summary>
    public sealed record Recipient(string? Name, string? Phone, string? Address);

    /// <summary>The provider's token for the card; never a card number.</summary>
    public sealed record Card(string? CardToken);
}

/// <summary>Why an order should not be made.</summary>
public sealed record CancelOrderRequest(string? Reason);

/// <summary>An order as the API shows it.</summary>
public sealed record OrderResponse(
    string Id,
    OrderStatus Status,
    Customer Customer,
    IReadOnlyList<OrderedLine> Items,
    Money Total,
    string Currency,
    Fulfilment Fulfilment,
    PaymentMethod PaymentMethod,
    PaymentResponse Payment,
    string? Notes,
    DateTimeOffset PlacedAt,
    DateTimeOffset? ConfirmedAt,
    DateTimeOffset? CookingStartedAt,
    DateTimeOffset? ReadyAt,
    DateTimeOffset? DeliveringAt,
    DateTimeOffset? DeliveredAt,
    DateTimeOffset? CancelledAt,
    string? CancellationReason,
    DateTimeOffset EstimatedReadyAt,
    string? Chef,
    string? Driver,
    long Version
);

/// <summary>How far an order's payment is.</summary>
public sealed record PaymentResponse(PaymentStatus Status);

/// <summary>A list as the API shows every list.</summary>
public sealed record ItemsResponse<T>(IReadOnlyList<T> Items);

/// <summary>A page of orders.</summary>
public sealed record OrderPage(IReadOnlyList<OrderResponse> Items, int Page, int PageSize, long Total);

/// <summary>An order's history, oldest first. An event that was sent again stands once.</summary>
public sealed record TimelineResponse(IReadOnlyList<TimelineEvent> Events);

/// <summary>One event of an order's history.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Type">The event's name.</param>
/// <param name="At">When it happened, UTC.</param>
/// <param name="Actor">Who made it happen.</param>
/// <param name="TraceId">The trace in which it happened.</param>
public sealed record TimelineEvent(Guid Id, string Type, DateTimeOffset At, string Actor, string? TraceId);

/// <summary>An order's story, for a person to read.</summary>
public sealed record ExplanationResponse(string Text);

/// <summary>What a driver sees.</summary>
/// <param name="Ready">Waits for a driver, oldest first.</param>
/// <param name="Pickups">Waits at the counter for its customer, oldest first.</param>
/// <param name="Tour">Under way with the caller, oldest first.</param>
public sealed record DeliveryResponse(
    IReadOnlyList<OrderResponse> Ready,
    IReadOnlyList<OrderResponse> Pickups,
    IReadOnlyList<OrderResponse> Tour
);
