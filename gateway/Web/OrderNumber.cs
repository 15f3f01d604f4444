using System.Globalization;

namespace MariosPizzeria.Gateway.Web;

/// <summary>
/// The short name of an order: its number within the day or, for an order of a release without numbers, the beginning of its id.
/// <c>/api/orders?q=</c> finds an order by either.
/// </summary>
internal static class OrderNumber
{
    private const int Letters = 6;

    /// <summary>Returns the number of an order, such as <c>#47</c>.</summary>
    public static string Of(OrderResponse order) => Of(order.Number, order.Id);

    /// <summary>Returns the number of a ticket's order, such as <c>#47</c>.</summary>
    public static string Of(TicketResponse ticket) => Of(ticket.Number, ticket.OrderId);

    /// <summary>Returns <c>#47</c>, or <c>#7F3A9C</c> if there is no number.</summary>
    public static string Of(int? number, string orderId) =>
        number is { } known
            ? string.Create(CultureInfo.InvariantCulture, $"#{known}")
            : $"#{WholeText.First(orderId, Letters).ToUpperInvariant()}";
}
