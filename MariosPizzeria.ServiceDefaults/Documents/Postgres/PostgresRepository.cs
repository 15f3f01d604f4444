using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using Npgsql;
using NpgsqlTypes;

namespace MariosPizzeria.ServiceDefaults.Documents.Postgres;

/// <summary>Documents of one kind in a table: id, version, the document as jsonb, and a text column for each key.</summary>
internal sealed class PostgresRepository<T> : IRepository<T>, IPostgresTable
    where T : class, IDocument
{
    private readonly NpgsqlDataSource _source;
    private readonly DocumentType<T> _type;
    private readonly OutboxSignal _signal;
    private readonly string _insert;
    private readonly string _update;

    public PostgresRepository(NpgsqlDataSource source, DocumentType<T> type, OutboxSignal signal)
    {
        (_source, _type, _signal) = (source, type, signal);

        // $1 id, $2 version, $3 body, $4 message id, $5 consumer, $6 event ids, $7 event types, $8 event bodies, $9 traceparent, then the keys, last the attempts
        var keys = type.Indexes.Select(
            (index, n) => (Column: Column(index), Parameter: string.Create(CultureInfo.InvariantCulture, $"${n + 10}"))
        );
        var columns = string.Concat(keys.Select(key => $", {key.Column}"));
        var values = string.Concat(keys.Select(key => $", {key.Parameter}"));
        var assignments = string.Concat(keys.Select(key => $", {key.Column} = {key.Parameter}"));

        // Two deliveries of one message meet on the document's row: the version lets one through, and the other, coming again,
        // finds the inbox row.
        var notHandled =
            $"not exists (select from inbox where collection = '{type.Collection}' and document_id = $1 and message_id = $4 and consumer = $5)";
        _insert = Statement(
            $"insert into {type.Collection} (id, version, body{columns}) select $1, $2 + 1, $3{values} where {notHandled} on conflict do nothing"
        );
        _update = Statement(
            $"update {type.Collection} set version = $2 + 1, body = $3{assignments} where id = $1 and version = $2 and {notHandled}"
        );
    }

    public string Schema
    {
        get
        {
            var sql = new StringBuilder();
            sql.Append(
                CultureInfo.InvariantCulture,
                $"create table if not exists {_type.Collection} (id text collate \"C\" primary key, version bigint not null, body jsonb not null);\n"
            );
            foreach (var index in _type.Indexes)
            {
                sql.Append(
                    CultureInfo.InvariantCulture,
                    $"alter table {_type.Collection} add column if not exists {Column(index)} text collate \"C\";\n"
                );
                sql.Append(
                    CultureInfo.InvariantCulture,
                    $"create index if not exists {_type.Collection}_{index.Name} on {_type.Collection} ({Column(index)}, id);\n"
                );
            }

            foreach (var compound in _type.Compounds)
            {
                var name = string.Join('_', compound.Select(index => index.Name));
                var columns = string.Join(", ", compound.Select(Column));
                sql.Append(
                    CultureInfo.InvariantCulture,
                    $"create index if not exists {_type.Collection}_by_{name} on {_type.Collection} ({columns}, id);\n"
                );
            }

            return sql.ToString();
        }
    }

    public async Task<T?> Find(string id, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand($"select version, body from {_type.Collection} where id = $1");
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    public async Task<SaveResult> Save(
        T document,
        IReadOnlyList<Event> events,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
    {
        var version = document.Version;
        await using (var command = _source.CreateCommand(version == 0 ? _insert : _update))
        {
            command.Parameters.Add(new() { Value = document.Id });
            command.Parameters.Add(new() { Value = version });
            command.Parameters.Add(
                new() { Value = JsonSerializer.SerializeToUtf8Bytes(document, PizzeriaJson.Documents), NpgsqlDbType = NpgsqlDbType.Jsonb }
            );
            command.Parameters.Add(new() { Value = (object?)handled?.MessageId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
            command.Parameters.Add(new() { Value = (object?)handled?.Consumer ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            command.Parameters.Add(new() { Value = events.Select(e => e.EventId).ToArray() });
            command.Parameters.Add(new() { Value = events.Select(e => e.GetType().Name).ToArray() });
            command.Parameters.Add(
                new() { Value = events.Select(e => JsonSerializer.Serialize<object>(e, PizzeriaJson.Options)).ToArray() }
            );
            command.Parameters.Add(new() { Value = (object?)Activity.Current?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            foreach (var index in _type.Indexes)
            {
                command.Parameters.Add(new() { Value = (object?)index.Key(document) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            }

            command.Parameters.Add(new() { Value = handled?.Attempts ?? 1 });
            if ((long)(await command.ExecuteScalarAsync(cancellationToken))! == 1)
            {
                document.Version = version + 1;
                _signal.Committed(document, events);
                return SaveResult.Saved;
            }
        }

        return handled is not null && await HasHandled(document.Id, handled, cancellationToken)
            ? SaveResult.AlreadyHandled
            : SaveResult.Conflict;
    }

    public async Task<IReadOnlyList<T>> List(Query<T> query, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand();
        var direction = query.Descending ? "desc" : "asc";
        var order = query.Order is { } index ? $"{Column(index)} {direction}, id {direction}" : $"id {direction}";
        command.CommandText =
            $"select version, body from {_type.Collection}{Where(query, command)} order by {order} offset {Add(command, query.Skip)} limit {Add(command, query.Take)}";

        var documents = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            documents.Add(Read(reader));
        }

        return documents;
    }

    public async Task<long> Count(Query<T> query, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand();
        command.CommandText = $"select count(*) from {_type.Collection}{Where(query, command)}";
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task<int> Remove(Query<T> query, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand();

        // Locked before they are deleted: one that somebody changed meanwhile is looked at again, and stays if it no longer matches.
        command.CommandText = $"""
            with doomed as (
                select id from {_type.Collection}{Where(query, command)} order by id limit {Add(command, query.Take)} for update),
            forgotten as (
                delete from inbox where collection = '{_type.Collection}' and document_id in (select id from doomed))
            delete from {_type.Collection} where id in (select id from doomed)
            """;
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<bool> HasHandled(string id, HandledMessage handled, CancellationToken cancellationToken)
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

    private static T Read(NpgsqlDataReader reader)
    {
        var document = JsonSerializer.Deserialize<T>(reader.GetFieldValue<byte[]>(1), PizzeriaJson.Documents)!;
        document.Version = reader.GetInt64(0);
        return document;
    }

    private static string Column(Index<T> index) => "key_" + index.Name;

    private static string Where(Query<T> query, NpgsqlCommand command)
    {
        var conditions = query
            .Equalities.Select(equality => $"{Column(equality.Index)} = any({Add(command, equality.AnyOf.ToArray())})")
            .Concat(
                query.Ranges.Where(range => range.From is not null).Select(range => $"{Column(range.Index)} >= {Add(command, range.From!)}")
            )
            .Concat(
                query
                    .Ranges.Where(range => range.Before is not null)
                    .Select(range => $"{Column(range.Index)} < {Add(command, range.Before!)}")
            )
            .ToList();
        if (query.IdPrefix.Length > 0)
        {
            conditions.Add($"id >= {Add(command, query.IdPrefix)} and id < {Add(command, query.AfterIdPrefix)}");
        }

        if (query.Order is { } order)
        {
            conditions.Add($"{Column(order)} is not null");
        }

        return conditions.Count == 0 ? "" : " where " + string.Join(" and ", conditions);
    }

    private static string Add(NpgsqlCommand command, object value)
    {
        command.Parameters.Add(new() { Value = value });
        return string.Create(CultureInfo.InvariantCulture, $"${command.Parameters.Count}");
    }

    // One statement, so one round trip and one transaction; the rows beside the document depend on the document's row being written.
    private string Statement(string write) =>
        $"""
            with written as ({write} returning id),
            sent as (
                insert into outbox (event_id, type, body, trace_parent)
                select e.id, e.type, e.body, $9 from unnest($6::uuid[], $7::text[], $8::text[]) as e(id, type, body)
                where exists (select from written)),
            received as (
                insert into inbox (collection, document_id, message_id, consumer, attempts)
                select '{_type.Collection}', $1, $4, $5, ${_type.Indexes.Count + 10} from written where $4 is not null)
            select count(*) from written
            """;
}
