using Npgsql;

namespace MariosPizzeria.BuildingBlocks.Documents.Postgres;

/// <summary>Builds the statements of a query, whose values become the parameters of a command.</summary>
internal sealed class PostgresQuery<T>
    where T : class, IDocument
{
    /// <summary>
    /// Executed before a statement, in its transaction, so that PostgreSQL plans for these values. Otherwise it would switch a prepared
    /// statement to a generic plan. For a name prefix and a status, that plan reads every order with the prefix, or the orders of all
    /// statuses.
    /// </summary>
    public const string PlanForValues = "select set_config('plan_cache_mode', 'force_custom_plan', true)";

    private readonly string _table;
    private readonly Query<T> _query;
    private readonly NpgsqlParameterCollection _parameters;
    private readonly List<string> _conditions;
    private readonly List<string> _beginnings;

    // The conditions for each value of the only equality, if a sorted query has one with several values and no alternatives.
    private readonly List<List<string>> _byValue = [];

    public PostgresQuery(string table, Query<T> query, NpgsqlParameterCollection parameters)
    {
        query = query.WithoutRedundantBounds();
        (_table, _query, _parameters) = (table, query, parameters);
        _conditions =
        [
            .. query.Equalities.Select(equality => Equals(Column(equality.Index), equality.AnyOf)),
            .. query.Ranges.Where(range => range.From is not null).Select(range => $"{Column(range.Index)} >= {Add(range.From!)}"),
            .. query.Ranges.Where(range => range.Before is not null).Select(range => $"{Column(range.Index)} < {Add(range.Before!)}"),
        ];
        if (query is { Position: var (key, id), Order: { } sorted })
        {
            _conditions.Add($"({Column(sorted)}, id) {(query.Descending ? '<' : '>')} ({Add(key)}, {Add(id)})");
        }

        if (query.Order is { } order)
        {
            _conditions.Add($"{Column(order)} is not null");
        }

        _beginnings =
        [
            .. query.Prefixes.Select(beginning =>
            {
                var column = beginning.Index is null ? "id" : Column(beginning.Index);
                return $"{column} >= {Add(beginning.Prefix)} and {column} < {Add(Query<T>.PrefixUpperBound(beginning.Prefix))}";
            }),
            .. query.Alternatives.Select(way => Equals(Column(way.Index), way.AnyOf)),
        ];
        if (_beginnings.Count == 0 && query is { Order: not null, Equalities: [{ AnyOf.Length: > 1 } only] })
        {
            // The equality is the first condition, and its array the first parameter.
            _byValue =
            [
                .. Enumerable
                    .Range(1, only.AnyOf.Length)
                    .Select(i => (List<string>)[$"{Column(only.Index)} = ($1)[{i}]", .. _conditions.Skip(1)]),
            ];
        }
    }

    /// <summary>Whether the fastest way to find the matches depends on the values.</summary>
    public static bool DependsOnValues(Query<T> query) =>
        !query.Prefixes.IsEmpty
        || !query.Alternatives.IsEmpty
        || query.Equalities.Length + query.Ranges.Length > 1
        || query.Equalities.Any(equality => equality.AnyOf.Length > 1);

    public static string Column(DocumentIndex<T> index) => "key_" + index.Name;

    /// <summary>Returns a statement that selects version and body of a page.</summary>
    public string Page()
    {
        var direction = _query.Descending ? "desc" : "asc";
        var order = _query.Order is { } index ? $"{Column(index)} {direction}, id {direction}" : $"id {direction}";
        if (_query.Skip == 0 && _beginnings.Count == 0 && _byValue.Count == 0)
        {
            return $"select version, body from {_table}{Where()} order by {order} limit {Add(_query.Take)}";
        }

        // Rows that are skipped, or do not match, are read from an index only.
        var (skip, take) = (Add(_query.Skip), Add(_query.Take));
        var ids = $"select id from {_table}{Where()}";
        if (_beginnings.Count > 1 || _byValue.Count > 0)
        {
            // Each alternative uses its own index; the union removes documents that are found twice. No document has two values of a key:
            // each value reads its index in the query's order up to the limit, while "= any" would read and sort all matches.
            var key = _query.Order is { } sorted ? $", {Column(sorted)}" : "";
            var most = Add(_query.Skip + _query.Take);
            var (conditions, union) =
                _byValue.Count > 0 ? (_byValue.Select(And), " union all ") : (_beginnings.Select(way => Where([way])), " union ");
            var ways = conditions.Select(where => $"(select id{key} from {_table}{where} order by {order} limit {most})");
            ids = $"select id from ({string.Join(union, ways)}) found";
        }

        return $"select version, body from {_table} where id in ({ids} order by {order} offset {skip} limit {take}) order by {order}";
    }

    /// <summary>Returns a statement that selects the number of matches, up to the query's limit.</summary>
    public string Count()
    {
        var limit = Add(_query.CountLimit);
        var matches =
            _beginnings.Count > 1
                ? string.Join(" union ", _beginnings.Select(way => $"(select id from {_table}{Where([way])} limit {limit})"))
                : $"select from {_table}{Where()}";
        return $"select count(*) from (select from ({matches}) found limit {limit}) matches";
    }

    /// <summary>Returns all conditions, with <c>where</c>; empty if there are none.</summary>
    public string Where() => Where(_beginnings);

    /// <summary>Adds a value as a parameter and returns its placeholder.</summary>
    public string Add(object value)
    {
        _parameters.Add(new NpgsqlParameter { Value = value });
        return string.Create(CultureInfo.InvariantCulture, $"${_parameters.Count}");
    }

    private string Where(List<string> beginnings) =>
        And(beginnings.Count == 0 ? _conditions : [.. _conditions, $"({string.Join(" or ", beginnings)})"]);

    private static string And(List<string> conditions) => conditions.Count == 0 ? "" : " where " + string.Join(" and ", conditions);

    // "= any" with one value would prevent the use of the compound indexes, whose order after an equality is that of the next key.
    private string Equals(string column, IReadOnlyCollection<string> values) =>
        values.Count == 1 ? $"{column} = {Add(values.First())}" : $"{column} = any({Add(values.ToArray())})";
}
