using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;

namespace MariosPizzeria.OrderService.Features;

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
)
{
    /// <summary>The document, without what is ours alone.</summary>
    public static OrderResponse Of(Order order) =>
        new(
            order.Id,
            order.Status,
            order.Customer,
            order.Lines,
            order.Total,
            Money.Currency,
            order.Fulfilment,
            order.PaymentMethod,
            new(order.PaymentStatus),
            order.Notes,
            order.PlacedAt,
            order.ConfirmedAt,
            order.CookingStartedAt,
            order.ReadyAt,
            order.DeliveringAt,
            order.DeliveredAt,
            order.CancelledAt,
            order.CancellationReason,
            order.EstimatedReadyAt,
            order.Chef,
            order.Driver,
            order.Version
        );
}

/// <summary>How far an order's payment is.</summary>
public sealed record PaymentResponse(PaymentStatus Status);

/// <summary>A list as the API shows every list.</summary>
public sealed record ItemsResponse<T>(IReadOnlyList<T> Items);
