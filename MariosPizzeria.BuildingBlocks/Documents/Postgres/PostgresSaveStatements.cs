using Npgsql;
using NpgsqlTypes;

namespace MariosPizzeria.BuildingBlocks.Documents.Postgres;

/// <summary>The data of one save, for the statements.</summary>
/// <param name="Id">The document's id.</param>
/// <param name="Version">The version that must be stored for the save to succeed; 0: none may be stored.</param>
/// <param name="Body">The document as JSON.</param>
/// <param name="Values">The values of the columns beside it, in the order of <see cref="PostgresColumns{T}"/>.</param>
/// <param name="Events">The events that it raised.</param>
/// <param name="Handled">The message that caused the save.</param>
/// <param name="TraceParent">The trace in which its events were raised.</param>
internal sealed record PostgresSave(
    string Id,
    long Version,
    string Body,
    IReadOnlyList<object?> Values,
    IReadOnlyList<PostgresEvent> Events,
    HandledMessage? Handled,
    string? TraceParent
);

/// <summary>An event as it is stored in the outbox.</summary>
internal sealed record PostgresEvent(Guid Id, string Type, string Body);

/// <summary>
/// Statements that store several documents of one type, each with its events and its handled message. A document is not stored if its
/// version is not the stored one or its message was already handled. One statement is one round trip and one transaction.
/// </summary>
internal sealed class PostgresSaveStatements
{
    private const int ParametersBeforeColumns = 11;

    private readonly IReadOnlyList<PostgresColumn> _columns;

    public PostgresSaveStatements(string table, IReadOnlyList<PostgresColumn> columns)
    {
        _columns = columns;
        var parameters = columns.Select(
            (column, n) => string.Create(CultureInfo.InvariantCulture, $"${n + 1 + ParametersBeforeColumns}::{column.InputType}[]")
        );
        var names = string.Concat(columns.Select(column => $", {column.Name}"));
        var values = string.Concat(columns.Select(column => $", {column.Input}"));
        var assignments = string.Concat(columns.Select(column => $", {column.Name} = {column.Input}"));
        var input = $"""
            with input as materialized (
                select * from unnest($1::text[], $2::bigint[], $3::text[], $4::uuid[], $5::text[], $6::int[]{string.Concat(
                parameters.Select(each => $", {each}")
            )})
                    as input(id, version, body, message_id, consumer, attempts{names}))
            """;

        // Two deliveries of one message meet on the document's row: the version lets only one succeed, and the other finds the inbox row
        // when it is retried. The condition is a scalar subquery, because "not exists" becomes a join, and a plan for that join that was
        // made while the inbox was small reads the whole inbox for each statement.
        var notHandled = $"""
            (select true from inbox where inbox.collection = '{table}' and inbox.document_id = input.id
                and inbox.message_id = input.message_id and inbox.consumer = input.consumer) is null
            """;
        var rest = $"""
            , sent as (
                insert into outbox (event_id, type, body, trace_parent)
                select e.event_id, e.type, e.body, e.trace_parent
                from unnest($7::text[], $8::uuid[], $9::text[], $10::text[], $11::text[])
                    with ordinality as e(document_id, event_id, type, body, trace_parent, n)
                where e.document_id in (select id from written) order by e.n
                returning seq, event_id),
            received as (
                insert into inbox (collection, document_id, message_id, consumer, attempts)
                select '{table}', input.id, input.message_id, input.consumer, input.attempts
                from input join written using (id) where input.message_id is not null)
            select id, null::bigint, null::uuid from written union all select null, seq, event_id from sent
            """;

        // In the order of the ids, as in every statement: two statements that wait for each other's rows would deadlock. If the document
        // exists already, or another one has its value of a unique key, only its own row is left out. The inbox is not checked: if the
        // message was handled for a document, that document exists, because the rows of both are stored and removed in one transaction.
        Insert = $"""
            {input}, written as (
                insert into {table} (id, version, body{names})
                select input.id, 1, input.body::jsonb{values} from input order by input.id collate "C"
                on conflict do nothing returning id)
            {rest}
            """;
        Update = $"""
            {input}, locked as materialized (
                select stored.id from {table} stored join input on stored.id = input.id
                where stored.version = input.version order by stored.id for update of stored),
            written as (
                update {table} stored set version = input.version + 1, body = input.body::jsonb{assignments} from input
                where stored.id = input.id and stored.version = input.version and stored.id in (select id from locked) and {notHandled}
                returning stored.id)
            {rest}
            """;
    }

    public string Insert { get; }

    /// <summary>The statement that replaces the stored versions of documents.</summary>
    public string Update { get; }

    /// <summary>Executes one of the statements.</summary>
    /// <param name="statement"><see cref="Insert"/> or <see cref="Update"/>.</param>
    /// <param name="saves">Saves of different documents.</param>
    /// <param name="areAlone">
    /// Whether the saves are left unstored if another document has a value of a unique key. Otherwise such an update throws, because it
    /// can't be determined which save caused it; an insert always stores the others.
    /// </param>
    /// <returns>The ids of the documents that were stored, and the number of each of their events in the outbox.</returns>
    public async Task<(IReadOnlySet<string> Ids, IReadOnlyDictionary<Guid, long> Sequences)> ExecuteAsync(
        NpgsqlDataSource source,
        string statement,
        IReadOnlyList<PostgresSave> saves,
        bool areAlone
    )
    {
        try
        {
            return await ExecuteAsync(source, statement, saves);
        }
        catch (PostgresException e) when (areAlone && e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return (new HashSet<string>(StringComparer.Ordinal), new Dictionary<Guid, long>());
        }
    }

    private async Task<(IReadOnlySet<string> Ids, IReadOnlyDictionary<Guid, long> Sequences)> ExecuteAsync(
        NpgsqlDataSource source,
        string statement,
        IReadOnlyList<PostgresSave> saves
    )
    {
        await using var command = source.CreateCommand(statement);
        var events = saves.SelectMany(save => save.Events, (save, raised) => (save, raised)).ToList();
        Add(saves.Select(save => save.Id), NpgsqlDbType.Text);
        Add(saves.Select(save => save.Version), NpgsqlDbType.Bigint);
        Add(saves.Select(save => save.Body), NpgsqlDbType.Text);
        Add(saves.Select(save => save.Handled?.MessageId), NpgsqlDbType.Uuid);
        Add(saves.Select(save => save.Handled?.Consumer), NpgsqlDbType.Text);
        Add(saves.Select(save => save.Handled?.Attempts ?? 1), NpgsqlDbType.Integer);
        Add(events.Select(each => each.save.Id), NpgsqlDbType.Text);
        Add(events.Select(each => each.raised.Id), NpgsqlDbType.Uuid);
        Add(events.Select(each => each.raised.Type), NpgsqlDbType.Text);
        Add(events.Select(each => each.raised.Body), NpgsqlDbType.Text);
        Add(events.Select(each => each.save.TraceParent), NpgsqlDbType.Text);
        for (var n = 0; n < _columns.Count; n++)
        {
            _columns[n].Add(command, saves.Select(save => save.Values[n]));
        }

        var written = new HashSet<string>(StringComparer.Ordinal);
        var sequences = new Dictionary<Guid, long>();
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        while (await reader.ReadAsync(CancellationToken.None))
        {
            if (reader.IsDBNull(0))
            {
                sequences[reader.GetGuid(2)] = reader.GetInt64(1);
            }
            else
            {
                written.Add(reader.GetString(0));
            }
        }

        return (written, sequences);

        void Add<TValue>(IEnumerable<TValue> values, NpgsqlDbType type) =>
            command.Parameters.Add(new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type });
    }
}
