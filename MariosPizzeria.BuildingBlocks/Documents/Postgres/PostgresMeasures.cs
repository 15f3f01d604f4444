using System.Text;
using Npgsql;

namespace MariosPizzeria.BuildingBlocks.Documents.Postgres;

/// <summary>Sums over the columns beside the documents, each by one statement.</summary>
internal sealed class PostgresMeasures<T>(NpgsqlDataSource source, DocumentType<T> type) : IMeasures<T>
    where T : class, IDocument
{
    private const int BatchSize = 500;

    // A process of a release without measures may store more documents at any time: those that arrive during a sum are left for the next
    // sum.
    private const int Attempts = 3;

    private readonly PostgresColumns<T> _columns = new(type);

    public string Collection => type.Collection;

    // Matches documents that were stored by a release with no measures, or with other ones.
    private string IsUnmeasured => $"{type.MeasuredAs} is distinct from version";

    public Task<IReadOnlyList<SliceSums<T>>> SumSlicesAsync(
        DocumentIndex<T> by,
        IReadOnlyList<DateTimeOffset> bounds,
        CancellationToken cancellationToken
    )
    {
        var query = Query<T>.All.Between(by, bounds[0], bounds[^1]);
        return SumAsync(query, Command, ReadAsync, cancellationToken);

        void Command(NpgsqlCommand command)
        {
            var which = new PostgresQuery<T>(type.Collection, query, command.Parameters);
            var thresholds = which.Add(bounds.Select(bound => IndexKey.Of(bound)!).ToArray());
            command.CommandText = $"""
                select width_bucket({PostgresQuery<T>.Column(by)}, {thresholds}::text[]) as slice, count(*),
                    count(*) filter (where {IsUnmeasured}){string.Concat(type.Measures.Select(measure => ", " + SumOf(measure)))}
                from {type.Collection}{which.Where()} group by slice
                """;
        }

        async Task<(IReadOnlyList<SliceSums<T>> Sums, bool IsComplete)> ReadAsync(NpgsqlDataReader reader)
        {
            var slices = bounds.Skip(1).Select(_ => new SliceSums<T>(type.Measures, 0, new Sum[type.Measures.Count])).ToArray();
            var unmeasured = 0L;
            while (await reader.ReadAsync(cancellationToken))
            {
                var sums = type.Measures.Select((_, n) => new Sum(reader.GetInt64(3 + (2 * n)), reader.GetInt64(4 + (2 * n)))).ToArray();
                slices[reader.GetInt32(0) - 1] = new(type.Measures, reader.GetInt64(1), sums);
                unmeasured += reader.GetInt64(2);
            }

            return (slices, unmeasured == 0);
        }
    }

    public Task<GroupSums> SumGroupsAsync(Query<T> query, Grouping<T> grouping, CancellationToken cancellationToken)
    {
        return SumAsync(query, Command, ReadAsync, cancellationToken);

        // The totals over all groups are calculated before the limit. They include groups without a measured document, which the result
        // omits.
        void Command(NpgsqlCommand command)
        {
            var which = new PostgresQuery<T>(type.Collection, query, command.Parameters);
            command.CommandText = $"""
                select id, latest, amount, total, count(*) filter (where amount > 0) over (), count(*) filter (where amount > 1) over (),
                    (sum(unmeasured) over ())::bigint
                from (
                    select id, latest, case when id is null then 0 else amount end as amount, total, unmeasured from (
                        select {PostgresQuery<T>.Column(grouping.By)} as id,
                            max({PostgresQuery<T>.Column(grouping.Latest)}) filter (where {PostgresColumns<T>.Column(
                    grouping.Of
                )} is not null) as latest,
                            {SumOf(grouping.Of, "amount", "total")}, count(*) filter (where {IsUnmeasured}) as unmeasured
                        from {type.Collection}{which.Where()} group by 1) grouped) counted
                order by amount > 0 desc, total desc, id limit {which.Add(grouping.Most)}
                """;
        }

        async Task<(GroupSums Sums, bool IsComplete)> ReadAsync(NpgsqlDataReader reader)
        {
            var (groups, repeated, unmeasured) = (0L, 0L, 0L);
            var largest = new List<Group>();
            while (await reader.ReadAsync(cancellationToken))
            {
                (groups, repeated, unmeasured) = (reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6));
                if (reader.GetInt64(2) > 0)
                {
                    largest.Add(
                        new(
                            reader.GetString(0),
                            reader.IsDBNull(1) ? null : reader.GetString(1),
                            new(reader.GetInt64(2), reader.GetInt64(3))
                        )
                    );
                }
            }

            return (new(groups, repeated, largest), unmeasured == 0);
        }
    }

    public Task<IReadOnlyList<PartSums>> SumPartsAsync(Query<T> query, CancellationToken cancellationToken)
    {
        return SumAsync(query, Command, ReadAsync, cancellationToken);

        // The arrays are unnested in the select list, at a third of the cost of unnesting them as a table beside the documents. A document
        // that is not measured has a part without a key.
        void Command(NpgsqlCommand command) =>
            command.CommandText = $"""
                select key, max(label), count(*), sum(count)::bigint, sum(amount)::bigint
                from (
                    select unnest(case when {IsUnmeasured} then array[null]::text[] else {PostgresColumns<T>.PartKeys} end) as key,
                        unnest({PostgresColumns<T>.PartLabels}) collate "C" as label, unnest({PostgresColumns<T>.PartCounts}) as count,
                        unnest({PostgresColumns<T>.PartAmounts}) as amount
                    from {type.Collection}{new PostgresQuery<T>(type.Collection, query, command.Parameters).Where()}) parts
                group by key
                """;

        async Task<(IReadOnlyList<PartSums> Sums, bool IsComplete)> ReadAsync(NpgsqlDataReader reader)
        {
            var (sums, isComplete) = (new List<PartSums>(), true);
            while (await reader.ReadAsync(cancellationToken))
            {
                if (reader.IsDBNull(0))
                {
                    isComplete = false;
                    continue;
                }

                sums.Add(new(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));
            }

            return ([.. sums.OrderBy(part => part.Key, StringComparer.Ordinal)], isComplete);
        }
    }

    public Task<int> MeasureAsync(CancellationToken cancellationToken) => MeasureAsync(Query<T>.All, cancellationToken);

    private static string SumOf(Measure<T> measure, string count = "", string total = "")
    {
        var column = PostgresColumns<T>.Column(measure);
        return $"count({column}) {count}, coalesce(sum({column}), 0)::bigint {total}";
    }

    private async Task<TSums> SumAsync<TSums>(
        Query<T> query,
        Action<NpgsqlCommand> build,
        Func<NpgsqlDataReader, Task<(TSums Sums, bool IsComplete)>> readAsync,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var command = source.CreateCommand();
            build(command);
            TSums sums;
            bool isComplete;
            await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
            {
                (sums, isComplete) = await readAsync(reader);
            }

            if (isComplete || attempt == Attempts)
            {
                return sums;
            }

            await MeasureAsync(query, cancellationToken);
        }
    }

    private async Task<int> MeasureAsync(Query<T> query, CancellationToken cancellationToken)
    {
        var (count, last) = (0, "");
        while (true)
        {
            var batch = new List<T>();
            await using (var command = source.CreateCommand())
            {
                var which = new PostgresQuery<T>(type.Collection, query, command.Parameters);
                var conditions = which.Where();
                command.CommandText = $"""
                    select version, body from {type.Collection}{conditions}{(conditions.Length == 0 ? " where " : " and ")}{IsUnmeasured}
                        and id > {which.Add(last)}
                    order by id limit {which.Add(BatchSize)}
                    """;
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    batch.Add(PostgresRepository<T>.Read(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
                }
            }

            if (batch.Count == 0)
            {
                return count;
            }

            count += await StoreAsync(batch, cancellationToken);
            last = batch[^1].Id;
        }
    }

    // As in a save, only if the version is still the one that was read. Rows are locked in the order of their ids, as in every statement.
    private async Task<int> StoreAsync(IReadOnlyList<T> documents, CancellationToken cancellationToken)
    {
        var names = new StringBuilder();
        var parameters = new StringBuilder();
        for (var n = 0; n < _columns.All.Count; n++)
        {
            names.Append(", ").Append(_columns.All[n].Name);
            parameters.Append(CultureInfo.InvariantCulture, $", ${n + 3}::{_columns.All[n].InputType}[]");
        }

        await using var command = source.CreateCommand(
            $"""
            with input as materialized (select * from unnest($1::text[], $2::bigint[]{parameters}) as input(id, version{names})),
            locked as materialized (
                select stored.id from {type.Collection} stored join input on stored.id = input.id
                where stored.version = input.version order by stored.id for update of stored)
            update {type.Collection} stored set {string.Join(", ", _columns.All.Select(column => $"{column.Name} = {column.Input}"))}
            from input where stored.id = input.id and stored.version = input.version and stored.id in (select id from locked)
                and stored.{type.MeasuredAs} is distinct from stored.version
            """
        );
        command.Parameters.Add(new() { Value = documents.Select(document => document.Id).ToArray() });
        command.Parameters.Add(new() { Value = documents.Select(document => document.Version).ToArray() });
        var values = documents.Select(document => _columns.Of(document, document.Version)).ToList();
        for (var n = 0; n < _columns.All.Count; n++)
        {
            _columns.All[n].Add(command, values.Select(document => document[n]));
        }

        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
