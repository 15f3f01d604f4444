namespace MariosPizzeria.Gateway.Web;

/// <summary>The idempotency key of a button, which is part of the page: pressing it a second time repeats the same request.</summary>
internal static class IdempotencyFormKey
{
    // The maximum length of an idempotency key in the API.
    private const int Longest = 128;

    /// <summary>Creates a key for a page that is shown.</summary>
    public static string New() => Guid.NewGuid().ToString("N");

    /// <summary>Returns the key of a form, or a new key if it is missing or invalid.</summary>
    public static string Of(string? key) => key is { Length: > 0 and <= Longest } && key.All(char.IsAsciiLetterOrDigit) ? key : New();
}
