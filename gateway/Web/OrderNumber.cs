namespace MariosPizzeria.Gateway.Web;

/// <summary>An order as people call it across a kitchen: the beginning of its id, by which <c>/api/orders?q=</c> finds it.</summary>
internal static class OrderNumber
{
    private const int Letters = 6;

    /// <summary><c>#7F3A9C</c>.</summary>
    public static string Of(string orderId) => $"#{WholeText.First(orderId, Letters).ToUpperInvariant()}";
}
