using System.Globalization;
using System.Text;
using MariosPizzeria.Contracts;

namespace MariosPizzeria.Gateway.Web;

/// <summary>A table as a spreadsheet reads it (RFC 4180): commas, CRLF, numbers with a point whatever the language.</summary>
internal static class Csv
{
    /// <summary>The media type.</summary>
    public const string ContentType = "text/csv; charset=utf-8";

    /// <summary>The table's bytes; a null is an empty cell.</summary>
    public static byte[] Of(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<object?>> rows)
    {
        var text = new StringBuilder().AppendJoin(',', headings).Append("\r\n");
        foreach (var row in rows)
        {
            text.AppendJoin(',', row.Select(Cell)).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Cell(object? value) =>
        value switch
        {
            null => "",
            Money money => money.ToString(),
            string text => Quoted(text),
            IFormattable number => number.ToString(format: null, CultureInfo.InvariantCulture),
            _ => Quoted(value.ToString() ?? ""),
        };

    // A spreadsheet takes what begins like this for a formula and runs it (OWASP: CSV injection); a name must not.
    private static string Quoted(string text) =>
        $"\"{(text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
