namespace MariosPizzeria.OrderService.Features;

internal static class OrderResponses
{
    extension(OrderResponse)
    {
        /// <summary>Maps an order to a response, without internal data.</summary>
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
                new(order.PaymentNow()),
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
                order.Promise(),
                order.RequestedFor,
                order.Chef,
                order.Driver,
                order.Version
            )
            {
                DeliveryFee = order.DeliveryFee,
                Tax = order.Tax is { Percent: > 0 } tax ? new(tax.Percent, tax.Of(order.Total)) : null,
                Number = order.Number,
                DoorNotes = order.DoorNotes,
                Allergies = order.Allergies,
                AllergyNote = order.AllergyNote,
                DeliveryFailure = order.DeliveryFailure,
                NewPromisedAt = order.NewPromisedAt,
            };
    }
}
