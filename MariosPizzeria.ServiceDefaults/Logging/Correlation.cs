namespace MariosPizzeria.ServiceDefaults.Logging;

/// <summary>
/// The id that everything one request sets off has in common: log lines, calls to other services, events, and what their
/// consumers do. It comes from the client's <see cref="Header"/>, or is made where there is none.
/// </summary>
public static class Correlation
{
    /// <summary>In requests, answers and messages alike.</summary>
    public const string Header = "X-Correlation-Id";

    private static readonly AsyncLocal<string?> Current = new();

    /// <summary>The id in force here, or null outside any request or message.</summary>
    public static string? Id => Current.Value;

    /// <summary>Puts an id in force for the rest of the calling asynchronous flow.</summary>
    /// <param name="candidate">Used if it is 1–128 characters of letters, digits and <c>-_.:</c>; else one is made.</param>
    /// <returns>The id in force.</returns>
    public static string Begin(string? candidate) =>
        Current.Value = IsWellFormed(candidate) ? candidate! : Guid.CreateVersion7().ToString("N");

    private static bool IsWellFormed(string? id) =>
        id is { Length: > 0 and <= 128 } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');
}
