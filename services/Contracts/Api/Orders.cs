using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.Contracts.Api;

/// <summary>
/// The status of an order. The values are declared in the order of its progress: comparing them prevents a late event from moving it back.
/// </summary>
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

/// <summary>The state of an order's payment.</summary>
public enum PaymentStatus
{
    Pending,
    CashDue,
    Paid,
    Declined,
    Refunded,
}

/// <summary>The customer of an order, and the delivery address.</summary>
/// <param name="Id">The account's id.</param>
/// <param name="Name">The name given with this order.</param>
/// <param name="Phone">The phone number given with this order.</param>
/// <param name="Address">The address; null only for a pickup.</param>
public sealed record Customer(string Id, string Name, string Phone, string? Address)
{
    /// <summary>The e-mail address that a guest gave. It is not confirmed, and no mail is sent to it.</summary>
    public string? Email { get; init; }
}

/// <summary>A customer's order. The JSON may lack any field; the service validates which ones are required.</summary>
public sealed record PlaceOrderRequest
{
    public IReadOnlyList<ItemRequest?>? Items { get; init; }
    public Recipient? Customer { get; init; }
    public Fulfilment? Fulfilment { get; init; }
    public PaymentMethod? PaymentMethod { get; init; }
    public Card? Payment { get; init; }

    /// <summary>Notes for the kitchen; at most 500 characters.</summary>
    public string? Notes { get; init; }

    /// <summary>Notes for the driver at the door; at most 500 characters.</summary>
    public string? DoorNotes { get; init; }

    /// <summary>The allergens that the order must not contain, without duplicates.</summary>
    public IReadOnlyList<Allergen>? Allergies { get; init; }

    /// <summary>Allergies in the customer's words; at most 200 characters.</summary>
    public string? AllergyNote { get; init; }

    /// <summary>When the customer wants the order in hand: one of the shop's slots; null for as soon as possible.</summary>
    public DateTimeOffset? RequestedFor { get; init; }

    /// <summary>The recipient and the address.</summary>
    public sealed record Recipient(string? Name, string? Phone, string? Address)
    {
        /// <summary>A guest's e-mail address, used for an account if the guest wants one later; no mail is sent to it.</summary>
        public string? Email { get; init; }
    }

    /// <summary>The provider's token for the card; never a card number.</summary>
    public sealed record Card(string? CardToken);
}

/// <summary>Why an order could not be handed over.</summary>
/// <param name="Reason">1 to 200 characters.</param>
public sealed record DeliveryFailedRequest(string? Reason);

/// <summary>Why an order is to be cancelled.</summary>
public sealed record CancelOrderRequest(string? Reason);

/// <summary>
/// An order as the API shows it. <c>EstimatedReadyAt</c> is the time at which it is out of the oven, <c>PromisedAt</c> the time at which
/// the customer has it in hand: at the door, or at the counter. <c>PromisedAt</c> is null only from an Order service of the previous
/// release.
/// </summary>
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
    DateTimeOffset? PromisedAt,
    DateTimeOffset? RequestedFor,
    string? Chef,
    string? Driver,
    long Version
)
{
    /// <summary>When an order that is late is expected in hand; null if the promise stands.</summary>
    public DateTimeOffset? NewPromisedAt { get; init; }

    /// <summary>The fee that the delivery added to the sum of the lines.</summary>
    public Money DeliveryFee { get; init; }

    /// <summary>The tax that the total contains; null if it contains none, and for an order that was placed before it was recorded.</summary>
    public TaxResponse? Tax { get; init; }

    /// <summary>
    /// The order's number within the business day on which it is due, from 1; null for an order from a release without numbers.
    /// </summary>
    public int? Number { get; init; }

    /// <summary>
    /// The token with which a guest without an account sees and cancels the order: <c>/api/track/{token}</c>. Only in the response to the
    /// guest who placed it; null otherwise.
    /// </summary>
    public string? TrackingToken { get; init; }

    /// <summary>The customer's notes for the driver.</summary>
    public string? DoorNotes { get; init; }

    /// <summary>The allergens that the customer must not eat.</summary>
    public IReadOnlyList<Allergen> Allergies { get; init; } = [];

    /// <summary>The allergies in the customer's words.</summary>
    public string? AllergyNote { get; init; }

    /// <summary>Why the last attempt to hand it over failed; null if no attempt failed.</summary>
    public string? DeliveryFailure { get; init; }
}

/// <summary>The state of an order's payment.</summary>
public sealed record PaymentResponse(PaymentStatus Status);

/// <summary>The form of every list in the API.</summary>
public sealed record ItemsResponse<T>(IReadOnlyList<T> Items);

/// <summary>A page of orders.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Page">The page's number, from 1.</param>
/// <param name="PageSize">The maximum number of items on a page.</param>
/// <param name="Total">The number of orders that match, counted up to 10,000.</param>
/// <param name="TotalCapped">Whether more than <paramref name="Total"/> orders match.</param>
/// <param name="Next">The value of <c>after</c> for the next page; null on the last page.</param>
public sealed record OrderPage(IReadOnlyList<OrderResponse> Items, int Page, int PageSize, long Total, bool TotalCapped, string? Next);

/// <summary>An order's history, oldest first. An event that was published more than once is listed once.</summary>
public sealed record TimelineResponse(IReadOnlyList<TimelineEvent> Events);

/// <summary>One event of an order's history.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Type">The event's name.</param>
/// <param name="At">When it happened, UTC.</param>
/// <param name="Actor">The id of the user that caused it, or the name of the process.</param>
/// <param name="ActorName">The user's name, for staff only; null if the actor is a process or a guest without an account.</param>
/// <param name="TraceId">The trace in which it happened.</param>
public sealed record TimelineEvent(Guid Id, string Type, DateTimeOffset At, string Actor, string? ActorName, string? TraceId);

/// <summary>An order's history as a text for people.</summary>
public sealed record ExplanationResponse(string Text);

/// <summary>A driver's view of the orders.</summary>
/// <param name="Ready">Orders that wait for a driver, the most urgent and then the nearest first.</param>
/// <param name="Pickups">Orders that wait at the counter for their customers, oldest first.</param>
/// <param name="Tour">Orders that the caller is delivering, in the same sequence.</param>
public sealed record DeliveryResponse(
    IReadOnlyList<OrderResponse> Ready,
    IReadOnlyList<OrderResponse> Pickups,
    IReadOnlyList<OrderResponse> Tour
)
{
    /// <summary>The orders that the caller handed over on the current business day, newest first.</summary>
    public IReadOnlyList<OrderResponse> Delivered { get; init; } = [];

    /// <summary>The cash that the caller collected for these orders.</summary>
    public Money CashToHandIn { get; init; }
}

/// <summary>A driver's tour, and the driver's deliveries of the current business day.</summary>
/// <param name="Items">Orders that the caller is delivering, the most urgent and then the nearest first.</param>
/// <param name="Delivered">The orders that the caller handed over on the current business day, newest first.</param>
/// <param name="CashToHandIn">The cash that the caller collected for these orders.</param>
public sealed record TourResponse(IReadOnlyList<OrderResponse> Items, IReadOnlyList<OrderResponse> Delivered, Money CashToHandIn);
