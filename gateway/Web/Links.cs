namespace MariosPizzeria.Gateway.Web;

/// <summary>Addresses that a driver's phone opens with something else than this page. Nothing is asked of anybody before the tap.</summary>
internal static class Links
{
    /// <summary>A map with an address looked up on it; one of several lines is asked for on one.</summary>
    public static string Map(string address) =>
        $"https://www.openstreetmap.org/search?query={Uri.EscapeDataString(string.Join(", ", address.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))}";

    /// <summary>A call (RFC 3966); spaces and brackets of the number as it was written are left out.</summary>
    public static string Telephone(string number) =>
        $"tel:{string.Concat(number.Where(letter => char.IsAsciiDigit(letter) || letter == '+'))}";
}
