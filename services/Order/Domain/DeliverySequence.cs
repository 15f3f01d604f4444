namespace MariosPizzeria.OrderService.Domain;

/// <summary>The sequence in which a driver is shown orders.</summary>
public static class DeliverySequence
{
    /// <summary>An order whose promise is due sooner than this does not wait for nearer ones.</summary>
    public static readonly TimeSpan UrgentBefore = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Sorts orders: first those whose promise is broken or is due within ten minutes, the earliest promise first; then the nearest first.
    /// An order without a postcode of the delivery area comes after those with one. At the same distance, the earliest promise is first.
    /// </summary>
    /// <remarks>The distance is the position of the postcode in the delivery area: no address is looked up on a map.</remarks>
    public static IReadOnlyList<Order> InDeliverySequence(this IEnumerable<Order> orders, DeliveryTerms terms, DateTimeOffset now) =>
        [
            .. orders
                .OrderBy(order =>
                    order.Promise() - now < UrgentBefore ? -1 : terms.PositionInArea(order.Customer.Address ?? "") ?? terms.Area.Count
                )
                .ThenBy(order => order.Promise()),
        ];
}
