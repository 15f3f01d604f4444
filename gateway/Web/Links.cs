namespace MariosPizzeria.Gateway.Web;

/// <summary>Addresses that open another app or site on a driver's phone. No request is sent before the driver taps the link.</summary>
internal static class Links
{
    /// <summary>Returns the address of a map search for an address; its lines are joined with commas.</summary>
    public static string Map(string address) =>
        $"https://www.openstreetmap.org/search?query={Uri.EscapeDataString(string.Join(", ", address.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))}";

    /// <summary>Returns the address of a text message to a number (RFC 5724).</summary>
    public static string Message(string number, string text) => $"sms:{Telephone(number)[4..]}?body={Uri.EscapeDataString(text)}";

    /// <summary>Returns the address of a call (RFC 3966); characters other than digits and plus are removed.</summary>
    public static string Telephone(string number) =>
        $"tel:{string.Concat(number.Where(letter => char.IsAsciiDigit(letter) || letter == '+'))}";
}
