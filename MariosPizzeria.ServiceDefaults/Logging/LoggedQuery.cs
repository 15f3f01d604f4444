using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.ServiceDefaults.Logging;

/// <summary>
/// A query as a log may have it: the parameters that say which part of a list is meant, with their values; nothing else of it. A list
/// of what may be shown, as a list of secrets (<c>code</c>, <c>state</c>, <c>token</c>, a customer's name in a search) is never complete.
/// </summary>
internal static partial class LoggedQuery
{
    private const string Hidden = "***";

    private static readonly FrozenSet<string> Shown = FrozenSet.Create(
        StringComparer.Ordinal,
        ["bucket", "day", "from", "handler", "page", "pageSize", "shown", "size", "status", "to"]
    );

    /// <summary>The query with its question mark; what may not be shown is <c>***</c>. Empty where there is none.</summary>
    public static string Of(QueryString query)
    {
        if (query.Value is not { Length: > 1 } text)
        {
            return "";
        }

        var parts = text[1..].Split('&').Select(part => IsHarmless(part) ? part : Hidden).Distinct(StringComparer.Ordinal);
        return $"?{string.Join('&', parts)}";
    }

    private static bool IsHarmless(string part) =>
        part.Split('=') is [var name, var value] && Shown.Contains(name) && Word().IsMatch(value);

    // Dates, numbers, names of states: nothing as long as a secret.
    [GeneratedRegex(@"^[A-Za-z0-9_,:.+%-]{0,32}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
