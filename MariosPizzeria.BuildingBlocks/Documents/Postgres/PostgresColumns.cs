using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace MariosPizzeria.BuildingBlocks.Documents.Postgres;

/// <summary>A column beside a document.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in the table.</param>
/// <param name="IsNumber">Whether its values are sent as numbers, otherwise as text.</param>
internal sealed record PostgresColumn(string Name, string Type, bool IsNumber = false)
{
    /// <summary>The element type of the array with its values in a statement's input.</summary>
    public string InputType => IsNumber ? "bigint" : "text";

    /// <summary>The expression for a value of a statement's input, in the type of the table.</summary>
    // An array of arrays can't be sent and unnested by rows: each array is sent as text.
    public string Input => Type.EndsWith("[]", StringComparison.Ordinal) ? $"input.{Name}::{Type}" : $"input.{Name}";

    /// <summary>Adds the values of several documents as one parameter.</summary>
    public void Add(NpgsqlCommand command, IEnumerable<object?> values) =>
        command.Parameters.Add(
            new()
            {
                Value = IsNumber ? values.Cast<long?>().ToArray() : values.Cast<string?>().ToArray(),
                NpgsqlDbType = NpgsqlDbType.Array | (IsNumber ? NpgsqlDbType.Bigint : NpgsqlDbType.Text),
            }
        );
}

/// <summary>The columns beside the documents of a type: its keys, its measures, its parts, and the version that was measured.</summary>
internal sealed class PostgresColumns<T>
    where T : class, IDocument
{
    /// <summary>The columns of the parts, with one array element for each part.</summary>
    public const string PartKeys = "part_keys";
    public const string PartLabels = "part_labels";
    public const string PartCounts = "part_counts";
    public const string PartAmounts = "part_amounts";

    private readonly DocumentType<T> _type;

    public PostgresColumns(DocumentType<T> type)
    {
        _type = type;
        All =
        [
            .. type.Indexes.Select(index => new PostgresColumn(PostgresQuery<T>.Column(index), "text collate \"C\"")),
            .. type.Measures.Select(measure => new PostgresColumn(Column(measure), "bigint", IsNumber: true)),
            .. type.Measures.Count == 0 ? Array.Empty<PostgresColumn>() : [new(type.MeasuredAs, "bigint", IsNumber: true)],
            .. type.LineItems is null
                ? Array.Empty<PostgresColumn>()
                : [new(PartKeys, "text[]"), new(PartLabels, "text[]"), new(PartCounts, "bigint[]"), new(PartAmounts, "bigint[]")],
        ];
    }

    public IReadOnlyList<PostgresColumn> All { get; }

    public static string Column(Measure<T> measure) => "measure_" + measure.Name;

    /// <summary>Returns the values of the columns beside a document.</summary>
    /// <param name="version">The version under which the document is stored.</param>
    public IReadOnlyList<object?> Of(T document, long version)
    {
        var values = new List<object?>(All.Count);
        values.AddRange(_type.Indexes.Select(index => index.Key(document)));
        values.AddRange(_type.Measures.Select(measure => (object?)measure.Of(document)));
        if (_type.Measures.Count > 0)
        {
            values.Add(version);
        }

        if (_type.LineItems is { } partsOf)
        {
            IReadOnlyList<Part> parts = [.. partsOf(document)];
            values.Add(Texts(parts.Select(part => part.Key)));
            values.Add(Texts(parts.Select(part => part.Label)));
            values.Add(Numbers(parts.Select(part => part.Count)));
            values.Add(Numbers(parts.Select(part => part.Amount)));
        }

        return values;
    }

    private static string Numbers(IEnumerable<long> numbers) =>
        "{" + string.Join(',', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))) + "}";

    // Each element is quoted, so that only quotes and backslashes need an escape.
    private static string Texts(IEnumerable<string> texts)
    {
        var array = new StringBuilder("{");
        foreach (var text in texts)
        {
            array.Append(array.Length == 1 ? "\"" : ",\"").Append(text.Replace("\\", @"\\").Replace("\"", "\\\"")).Append('"');
        }

        return array.Append('}').ToString();
    }
}
