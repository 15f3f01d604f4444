using System.Diagnostics;
using System.Text;
using MariosPizzeria.BuildingBlocks.Batching;
using Npgsql;

namespace MariosPizzeria.BuildingBlocks.Documents.Postgres;

/// <summary>
/// Documents of one type in a table: id, version, the document as jsonb, and a text column for each key. Concurrent saves are combined in
/// one statement and one commit, and so are finds; each keeps its own outcome.
/// </summary>
internal sealed class PostgresRepository<T> : IRepository<T>, IPostgresTable
    where T : class, IDocument
{
    // Items that arrive while a batch is executed join the next one: with two batches at a time a statement had half as many documents.
    private const int ConcurrentBatches = 1;
    private const int BatchSize = 64;

    // A batch that waits for a lock, or for a server that hangs, delays its own callers and no others.
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(100);

    private readonly NpgsqlDataSource _source;
    private readonly DocumentType<T> _type;
    private readonly CommittedEventQueue _signal;
    private readonly PostgresColumns<T> _columns;
    private readonly PostgresSaveStatements _statements;
    private readonly Batcher<string, (long Version, byte[] Body)?> _finds;
    private readonly Batcher<PostgresSave, IReadOnlyList<OutboxKey>?> _inserts;
    private readonly Batcher<PostgresSave, IReadOnlyList<OutboxKey>?> _updates;

    public PostgresRepository(NpgsqlDataSource source, DocumentType<T> type, CommittedEventQueue signal, TimeProvider time)
    {
        (_source, _type, _signal, _columns) = (source, type, signal, new(type));
        _statements = new(type.Collection, _columns.All);
        _finds = BatcherOf<string, (long Version, byte[] Body)?>(FindAllAsync);
        _inserts = BatcherOf<PostgresSave, IReadOnlyList<OutboxKey>?>(saves => SaveAllAsync(_statements.Insert, saves));
        _updates = BatcherOf<PostgresSave, IReadOnlyList<OutboxKey>?>(saves => SaveAllAsync(_statements.Update, saves));

        Batcher<TItem, TResult> BatcherOf<TItem, TResult>(Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> execute) =>
            new(ConcurrentBatches, BatchSize, execute, IsItemError, time, LongestHold);
    }

    public string Schema
    {
        get
        {
            var table = _type.Collection;
            var sql = new StringBuilder();
            sql.AppendLine(
                CultureInfo.InvariantCulture,
                $"create table if not exists {table} (id text collate \"C\" primary key, version bigint not null, body jsonb not null);"
            );
            foreach (var column in _columns.All)
            {
                sql.AppendLine(CultureInfo.InvariantCulture, $"alter table {table} add column if not exists {column.Name} {column.Type};");
            }

            foreach (var index in _type.Indexes)
            {
                var (column, name) = (Column(index), $"{table}_{index.Name}");
                if (index.IsUnique)
                {
                    sql.AppendLine(
                        CultureInfo.InvariantCulture,
                        $"create unique index if not exists {name}_unique on {table} ({column}) where {column} is not null;"
                    );
                }
                else if (index.HasOwnIndex)
                {
                    AppendIndex(sql, $"{name}_set", $"{column}, id", index, $" where {column} is not null");
                }
                else
                {
                    sql.AppendLine(CultureInfo.InvariantCulture, $"drop index if exists {name}_set;");
                }

                // An earlier release created an index for every key, which also contains documents without the key.
                sql.AppendLine(CultureInfo.InvariantCulture, $"drop index if exists {name};");
            }

            foreach (var compound in _type.CompoundIndexes)
            {
                var name = string.Join('_', compound.Select(index => index.Name));
                AppendIndex(sql, $"{table}_by_{name}", $"{string.Join(", ", compound.Select(Column))}, id", compound[0], "");
            }

            return sql.ToString();
        }
    }

    public async Task<T?> FindAsync(string id, CancellationToken cancellationToken) =>
        await _finds.ExecuteAsync(id, cancellationToken) is { } found ? Read(found.Version, found.Body) : null;

    public async Task<SaveResult> SaveAsync(
        T document,
        IReadOnlyList<Event> events,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
    {
        var version = document.Version;
        var save = new PostgresSave(
            document.Id,
            version,
            JsonSerializer.Serialize(document, PizzeriaJson.Documents),
            _columns.Of(document, version + 1),
            [
                .. events.Select(e => new PostgresEvent(
                    e.EventId,
                    e.GetType().Name,
                    JsonSerializer.Serialize<object>(e, PizzeriaJson.Options)
                )),
            ],
            handled,
            Activity.Current?.Id
        );
        if (await (version == 0 ? _inserts : _updates).ExecuteAsync(save, cancellationToken) is { } keys)
        {
            document.Version = version + 1;
            _signal.OnCommitted(document, events, keys);
            return SaveResult.Saved;
        }

        return handled is not null && await HasHandledAsync(document.Id, handled, cancellationToken)
            ? SaveResult.AlreadyHandled
            : SaveResult.Conflict;
    }

    public async Task<IReadOnlyList<T>> ListAsync(Query<T> query, CancellationToken cancellationToken)
    {
        await using var batch = CreateBatch(query, asked => asked.Page());
        await using var reader = await ReadAsync(batch, cancellationToken);
        var documents = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            documents.Add(Read(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
        }

        return documents;
    }

    public async Task<long> CountAsync(Query<T> query, CancellationToken cancellationToken)
    {
        await using var batch = CreateBatch(query, asked => asked.Count());
        await using var reader = await ReadAsync(batch, cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetInt64(0);
    }

    public async Task<int> RemoveAsync(Query<T> query, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand();
        var asked = new PostgresQuery<T>(_type.Collection, query, command.Parameters);

        // Locked before they are deleted: a row that was changed concurrently is checked again, and stays if it no longer matches.
        command.CommandText = $"""
            with doomed as (
                select id from {_type.Collection}{asked.Where()} order by id limit {asked.Add(query.Take)} for update),
            forgotten as (
                delete from inbox where collection = '{_type.Collection}' and document_id in (select id from doomed))
            delete from {_type.Collection} where id in (select id from doomed)
            """;
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<bool> HasHandledAsync(string id, HandledMessage handled, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(
            "select exists (select from inbox where collection = $1 and document_id = $2 and message_id = $3 and consumer = $4)"
        );
        command.Parameters.Add(new() { Value = _type.Collection });
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = handled.MessageId });
        command.Parameters.Add(new() { Value = handled.Consumer });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<IReadOnlyList<(long Version, byte[] Body)?>> FindAllAsync(IReadOnlyList<string> ids)
    {
        await using var command = _source.CreateCommand($"select id, version, body from {_type.Collection} where id = any($1)");
        command.Parameters.Add(new() { Value = ids.Distinct(StringComparer.Ordinal).ToArray() });
        var found = new Dictionary<string, (long, byte[])>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        while (await reader.ReadAsync(CancellationToken.None))
        {
            found[reader.GetString(0)] = (reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));
        }

        return [.. ids.Select(id => found.TryGetValue(id, out var row) ? row : ((long, byte[])?)null)];
    }

    // Returns, for each save, the places of its events in the outbox; null if it was not stored.
    private async Task<IReadOnlyList<IReadOnlyList<OutboxKey>?>> SaveAllAsync(string statement, IReadOnlyList<PostgresSave> saves)
    {
        // Of two saves of one document the second conflicts with the first if that succeeds: it is executed in a separate statement.
        var written = new IReadOnlyList<OutboxKey>?[saves.Count];
        var left = Enumerable.Range(0, saves.Count).ToList();
        while (left.Count > 0)
        {
            var now = left.DistinctBy(i => saves[i].Id, StringComparer.Ordinal).ToList();
            var (ids, sequences) = await _statements.ExecuteAsync(
                _source,
                statement,
                [.. now.Select(i => saves[i])],
                areAlone: saves.Count == 1
            );
            foreach (var i in now)
            {
                var save = saves[i];
                written[i] = ids.Contains(save.Id)
                    ? [.. save.Events.Select(e => new OutboxKey(e.Id, _type.Collection, save.Id, sequences[e.Id]))]
                    : null;
            }

            left = [.. left.Except(now)];
        }

        return written;
    }

    // The server rejected the statement, so nothing of it was stored. A lost connection is different: the outcome is then unknown.
    // Two statements that wait for each other's values of a unique key deadlock; executed one by one, their saves do not.
    private static bool IsItemError(Exception e) =>
        e is PostgresException { IsTransient: false } or PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected };

    /// <summary>Reads a document from its stored form; each caller gets a copy of its own.</summary>
    internal static T Read(long version, byte[] body)
    {
        var document = JsonSerializer.Deserialize<T>(body, PizzeriaJson.Documents)!;
        document.Version = version;
        return document;
    }

    private static string Column(DocumentIndex<T> index) => PostgresQuery<T>.Column(index);

    // An index that contains more than its keys has a name of its own; the index of an earlier release with the other name is dropped.
    private void AppendIndex(StringBuilder sql, string name, string keys, DocumentIndex<T> first, string condition)
    {
        var covered = _type.CoveringIndexes.Where(each => each.By == first).SelectMany(each => each.Keys).Select(Column).ToList();
        if (covered.Count == 0)
        {
            sql.AppendLine(CultureInfo.InvariantCulture, $"create index if not exists {name} on {_type.Collection} ({keys}){condition};");
            return;
        }

        sql.AppendLine(
            CultureInfo.InvariantCulture,
            $"create index if not exists {name}_covering on {_type.Collection} ({keys}) include ({string.Join(", ", covered)}){condition};"
        );
        sql.AppendLine(CultureInfo.InvariantCulture, $"drop index if exists {name};");
    }

    private NpgsqlBatch CreateBatch(Query<T> query, Func<PostgresQuery<T>, string> statement)
    {
        var batch = _source.CreateBatch();
        if (PostgresQuery<T>.DependsOnValues(query))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(PostgresQuery<T>.PlanForValues));
        }

        var command = new NpgsqlBatchCommand();
        command.CommandText = statement(new(_type.Collection, query, command.Parameters));
        batch.BatchCommands.Add(command);
        return batch;
    }

    // Returns a reader at the rows of the last statement.
    private static async Task<NpgsqlDataReader> ReadAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        var reader = await batch.ExecuteReaderAsync(cancellationToken);
        for (var n = 1; n < batch.BatchCommands.Count; n++)
        {
            await reader.NextResultAsync(cancellationToken);
        }

        return reader;
    }
}
