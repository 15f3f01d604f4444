namespace MariosPizzeria.Gateways.Web;

/// <summary>An order as people call it across a kitchen: the end of its id, which is the part by which two ids differ at a glance.</summary>
internal static class OrderNumber
{
    private const int Letters = 4;

    /// <summary><c>#7F3A</c>.</summary>
    public static string Of(string orderId) => $"#{WholeText.Last(orderId, Letters).ToUpperInvariant()}";
}
