using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Domain;

namespace MariosPizzeria.OrderService.Features;

/// <summary>Shows orders.</summary>
internal static class OrderResponses
{
    extension(OrderResponse)
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
}
