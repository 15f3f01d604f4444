using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace MariosPizzeria.ServiceDefaults.Logging;

/// <summary>
/// The form of a query for logs: the parameters that select a part of a list, with their values, and nothing else. It is a list of allowed
/// parameters, because a list of secrets (<c>code</c>, <c>state</c>, <c>token</c>, a customer's name in a search) is never complete.
/// </summary>
internal static partial class LoggedQuery
{
    private const string Redacted = "***";

    private static readonly FrozenSet<string> LoggedParameters = FrozenSet.Create(
        StringComparer.Ordinal,
        ["bucket", "day", "from", "handler", "page", "pageSize", "shown", "size", "status", "to"]
    );

    /// <summary>Returns the query with its question mark; all other parameters are <c>***</c>. Empty if there is no query.</summary>
    public static string Of(QueryString query)
    {
        if (query.Value is not { Length: > 1 } text)
        {
            return "";
        }

        var parts = text[1..].Split('&').Select(part => IsHarmless(part) ? part : Redacted).Distinct(StringComparer.Ordinal);
        return $"?{string.Join('&', parts)}";
    }

    private static bool IsHarmless(string part) =>
        part.Split('=') is [var name, var value] && LoggedParameters.Contains(name) && Word().IsMatch(value);

    // Dates, numbers, names of states: too short for a secret.
    [GeneratedRegex(@"^[A-Za-z0-9_,:.+%-]{0,32}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
