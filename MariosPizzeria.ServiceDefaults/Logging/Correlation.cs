namespace MariosPizzeria.ServiceDefaults.Logging;

/// <summary>
/// The id that is common to everything that one request causes: log lines, calls to other services, events, and the work of their
/// consumers. It is taken from the client's <see cref="Header"/>, or generated if there is none.
/// </summary>
public static class Correlation
{
    /// <summary>The name of the header, in requests, responses and messages.</summary>
    public const string Header = "X-Correlation-Id";

    private static readonly AsyncLocal<string?> Current = new();

    /// <summary>The current id, or null outside any request or message.</summary>
    public static string? Id => Current.Value;

    /// <summary>Sets the id for the rest of the calling asynchronous flow.</summary>
    /// <param name="candidate">Used if it is 1–128 characters of letters, digits and <c>-_.:</c>; otherwise an id is generated.</param>
    /// <returns>The current id.</returns>
    public static string Begin(string? candidate) =>
        Current.Value = IsWellFormed(candidate) ? candidate! : Guid.CreateVersion7().ToString("N");

    private static bool IsWellFormed(string? id) =>
        id is { Length: > 0 and <= 128 } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');
}
