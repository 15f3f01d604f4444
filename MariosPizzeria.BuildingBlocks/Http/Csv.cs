using System.Text;

namespace MariosPizzeria.BuildingBlocks.Http;

/// <summary>A table as CSV for spreadsheets (RFC 4180): commas, CRLF, numbers with a decimal point in every language.</summary>
public static class Csv
{
    public const string ContentType = "text/csv; charset=utf-8";

    /// <summary>Returns the table's bytes; a null is an empty cell.</summary>
    public static byte[] Of(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<object?>> rows) =>
        [.. Encoding.UTF8.GetBytes(string.Join(',', headings) + "\r\n"), .. Rows(rows)];

    /// <summary>Returns the bytes of some rows, for a table that is written in parts.</summary>
    public static byte[] Rows(IEnumerable<IReadOnlyList<object?>> rows)
    {
        var text = new StringBuilder();
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

    // A spreadsheet treats text that begins with one of these characters as a formula and runs it (OWASP: CSV injection).
    private static string Quoted(string text) =>
        $"\"{(text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
