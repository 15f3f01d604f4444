using System.Globalization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults.Idempotency;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>The Order service's orders, as pages use them.</summary>
internal sealed class OrdersClient(HttpClient http, Visitor visitor)
{
    /// <summary>Places an order; once, however often it is asked with one key.</summary>
    public Task<Outcome<Order>> Place(NewOrder order, string key, CancellationToken cancellationToken) =>
        http.Post<Order>(visitor, "api/orders", order, key, cancellationToken);

    /// <summary>The order that the visitor, who has signed in, placed with a key, or <c>not-found</c>: its id is derived from it.</summary>
    public Task<Outcome<Order>> FindPlaced(string key, CancellationToken cancellationToken) =>
        Find(IdempotentRequest.DocumentIdOf(visitor.Session!.UserId, HttpMethods.Post, "/api/orders", key), cancellationToken);

    /// <summary>One order, or <c>not-found</c>, also where it is not this visitor's to see.</summary>
    public Task<Outcome<Order>> Find(string id, CancellationToken cancellationToken) =>
        http.Get<Order>(visitor, $"api/orders/{Uri.EscapeDataString(id)}", cancellationToken);

    /// <summary>A page of orders, newest first: a customer's own, or all for staff.</summary>
    /// <param name="number">Of an order, as it is printed; empty for all. <c>validation</c> where it is none.</param>
    /// <param name="page">From 1.</param>
    /// <param name="pageSize">From 1 to 100.</param>
    /// <param name="cancellationToken">Of the visitor's request.</param>
    public Task<Outcome<OrderPage>> List(string number, int page, int pageSize, CancellationToken cancellationToken) =>
        http.Get<OrderPage>(
            visitor,
            string.Create(CultureInfo.InvariantCulture, $"api/orders?q={Uri.EscapeDataString(number)}&page={page}&pageSize={pageSize}"),
            cancellationToken
        );

    /// <summary>Cancels, or <c>illegal-transition</c> where it is too late.</summary>
    public Task<Outcome<Order>> Cancel(string id, string reason, string key, CancellationToken cancellationToken) =>
        http.Post<Order>(visitor, $"api/orders/{Uri.EscapeDataString(id)}/cancel", new { reason }, key, cancellationToken);
}

/// <summary>What is ordered.</summary>
internal sealed record NewOrder(
    IReadOnlyList<CartLine> Items,
    Recipient Customer,
    Fulfilment Fulfilment,
    PaymentMethod PaymentMethod,
    Card? Payment,
    string? Notes
);

/// <summary>Who gets it, and where; the address is null for a pickup.</summary>
internal sealed record Recipient(string Name, string Phone, string? Address);

/// <summary>A card, by the payment provider's token for it.</summary>
internal sealed record Card(string CardToken);

/// <summary>How far an order is, in the order in which it goes.</summary>
internal enum OrderStatus
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
internal enum PaymentStatus
{
    Pending,
    CashDue,
    Paid,
    Declined,
    Refunded,
}

/// <summary>An order.</summary>
internal sealed record Order
{
    public required string Id { get; init; }
    public required OrderStatus Status { get; init; }
    public required Recipient Customer { get; init; }
    public required IReadOnlyList<OrderedLine> Items { get; init; }
    public required Money Total { get; init; }
    public required Fulfilment Fulfilment { get; init; }
    public required PaymentMethod PaymentMethod { get; init; }
    public required OrderPayment Payment { get; init; }
    public string? Notes { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }
    public DateTimeOffset? ConfirmedAt { get; init; }
    public DateTimeOffset? CookingStartedAt { get; init; }
    public DateTimeOffset? ReadyAt { get; init; }
    public DateTimeOffset? DeliveringAt { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }
    public DateTimeOffset? CancelledAt { get; init; }
    public string? CancellationReason { get; init; }
    public required DateTimeOffset EstimatedReadyAt { get; init; }
    public string? Chef { get; init; }
    public string? Driver { get; init; }
    public required long Version { get; init; }

    /// <summary>Whether its customer may still cancel it, as far as one can tell: the kitchen's word decides.</summary>
    public bool MayBeCancelled => Status is OrderStatus.Pending or OrderStatus.Confirmed;

    /// <summary>Whether nothing will become of it any more.</summary>
    public bool IsOver => Status is OrderStatus.Delivered or OrderStatus.Cancelled;
}

/// <summary>How far an order's payment is.</summary>
internal sealed record OrderPayment(PaymentStatus Status);

/// <summary>Some of many orders.</summary>
internal sealed record OrderPage(IReadOnlyList<Order> Items, int Page, int PageSize, long Total);
