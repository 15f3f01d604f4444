using MariosPizzeria.Contracts.V1;
using Npgsql;
using NpgsqlTypes;

namespace MariosPizzeria.ServiceDefaults.Documents.Postgres;

/// <summary>
/// A service's database in PostgreSQL: a table per kind of document, one outbox and one inbox. A document, its events and the
/// handled message are rows of one statement, hence of one transaction.
/// </summary>
internal sealed class PostgresDatabase(NpgsqlDataSource source, IEnumerable<IPostgresTable> tables, TimeProvider time)
    : IDocumentDatabase,
        IOutbox,
        IReadOnlyAccess
{
    private const string OutboxSchema = """
        create table if not exists outbox (
            seq bigint generated always as identity primary key,
            event_id uuid not null,
            type text not null,
            body text not null,
            trace_parent text,
            stored_at timestamptz not null default now());
        """;

    // The column before the index: its lock is the stronger one, and raising a lock that is held invites a deadlock.
    private const string InboxSchema = """
        create table if not exists inbox (
            collection text collate "C" not null,
            document_id text collate "C" not null,
            message_id uuid not null,
            consumer text not null,
            handled_at timestamptz not null default now(),
            primary key (collection, document_id, message_id, consumer));
        alter table inbox add column if not exists attempts int not null default 1;
        -- Rows come in the order of their time: such an index is a few pages, and costs a write nothing.
        create index if not exists inbox_by_time on inbox using brin (handled_at);
        """;

    private static readonly string[] KnownTypes = [.. EventCatalog.All.Select(type => type.Name)];

    public string Kind => "postgres";

    public async Task Migrate(CancellationToken cancellationToken)
    {
        // "if not exists" is no protection against a second migration at the same moment; the lock is.
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await Execute(connection, "select pg_advisory_xact_lock(hashtext('migrate'))", cancellationToken);

        // Each table in a transaction of its own, beside the one that holds the lock: a statement of a running process locks several
        // tables, and a migration that held one while it waited for another would deadlock with it.
        await using var work = await source.OpenConnectionAsync(cancellationToken);
        foreach (var schema in (string[])[OutboxSchema, InboxSchema, .. tables.Select(table => table.Schema)])
        {
            await Execute(work, schema, cancellationToken);
        }
    }

    public Task<ReadOnlyGrant> Grant(CancellationToken cancellationToken) =>
        PostgresReadOnlyUser.Make(source, time.GetUtcNow(), cancellationToken);

    public async Task Ping(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("select 1");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<string?> Version(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("show server_version");
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    public async Task<int> ForgetHandled(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        // Two replicas may both look at the same rows: the second skips what the first has locked.
        await using var command = source.CreateCommand(
            "delete from inbox where ctid = any(array(select ctid from inbox where handled_at < $1 limit $2 for update skip locked))"
        );
        command.Parameters.Add(new() { Value = before });
        command.Parameters.Add(new() { Value = limit });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<HandledEntry>> Handled(string collection, string id, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            "select message_id, consumer, attempts, handled_at from inbox where collection = $1 and document_id = $2 order by handled_at"
        );
        command.Parameters.Add(new() { Value = collection });
        command.Parameters.Add(new() { Value = id });
        var handled = new List<HandledEntry>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            handled.Add(
                new(new(reader.GetGuid(0), reader.GetString(1)) { Attempts = reader.GetInt32(2) }, reader.GetFieldValue<DateTimeOffset>(3))
            );
        }

        return handled;
    }

    public async Task<IReadOnlyList<WaitingEntry>> Waiting(
        string? about,
        DateTimeOffset? before,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await using var command = source.CreateCommand(
            """
            select event_id, type, stored_at from outbox
            where ($1 is null or position($1 in body) > 0) and ($2 is null or stored_at < $2) order by seq limit $3
            """
        );
        command.Parameters.Add(new() { Value = (object?)about ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = (object?)before ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = limit });
        var waiting = new List<WaitingEntry>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            waiting.Add(new(reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2)));
        }

        return waiting;
    }

    public async Task<int> Drain(
        int limit,
        Func<IReadOnlyList<OutboxEntry>, CancellationToken, Task> publish,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Two relays may both look at the same rows: the second skips what the first has locked.
        await using var command = new NpgsqlCommand(
            """
            with taken as (
                delete from outbox where seq = any(array(
                    select seq from outbox where type = any($2) order by seq limit $1 for update skip locked))
                returning seq, event_id, type, body, trace_parent)
            select event_id, type, body, trace_parent from taken order by seq
            """,
            connection,
            transaction
        )
        {
            Parameters =
            {
                new() { Value = limit },
                new() { Value = KnownTypes },
            },
        };

        var entries = new List<OutboxEntry>();
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                entries.Add(
                    new(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3))
                );
            }
        }

        if (entries.Count == 0)
        {
            return 0;
        }

        // Published before the deletion is committed: a relay that dies in between publishes twice, never not at all.
        await publish(entries, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return entries.Count;
    }

    public async Task<int> Backlog(int limit, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("select count(*)::int from (select 1 from outbox limit $1) waiting");
        command.Parameters.Add(new() { Value = limit });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>One table's part of the schema.</summary>
internal interface IPostgresTable
{
    /// <summary>Statements that make the table and its indexes where they lack.</summary>
    string Schema { get; }
}
