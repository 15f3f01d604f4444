namespace MariosPizzeria.Gateway.Web;

/// <summary>The idempotency key of the buttons that move something on, which stands in the page: a second press is the same wish.</summary>
internal static class MoveKey
{
    // The contract's bound of an idempotency key.
    private const int Longest = 128;

    /// <summary>For a page that is shown.</summary>
    public static string New() => Guid.NewGuid().ToString("N");

    /// <summary>What a form brought; a key of its own for one that brought none, or none that may be sent on.</summary>
    public static string Of(string? key) => key is { Length: > 0 and <= Longest } && key.All(char.IsAsciiLetterOrDigit) ? key : New();
}
