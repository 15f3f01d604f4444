using Npgsql;
using NpgsqlTypes;

namespace MariosPizzeria.BuildingBlocks.Documents.Postgres;

/// <summary>
/// A service's database in PostgreSQL: a table per type of document, one outbox and one inbox. A document, its events and the handled
/// message are rows written by one statement, and therefore in one transaction.
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

    // The column before the index: its lock is the stronger one, and upgrading a lock that is held risks a deadlock.
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

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        // "if not exists" does not protect against a concurrent migration; the lock does.
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, "select pg_advisory_xact_lock(hashtext('migrate'))", cancellationToken);

        // Each table in a transaction of its own, on another connection than the lock's: a statement of a running process locks several
        // tables, and a migration that held the lock of one table while it waited for another would deadlock with it.
        await using var work = await source.OpenConnectionAsync(cancellationToken);
        foreach (var schema in (string[])[OutboxSchema, InboxSchema, .. tables.Select(table => table.Schema)])
        {
            await ExecuteAsync(work, schema, cancellationToken);
        }
    }

    public Task<ReadOnlyGrant> GrantAsync(CancellationToken cancellationToken) =>
        PostgresReadOnlyUser.CreateAsync(source, time.GetUtcNow(), cancellationToken);

    public async Task PingAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("select 1");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<string?> VersionAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("show server_version");
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    public async Task<int> PruneInboxAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        // Two replicas may find the same rows: the second skips the rows that the first has locked.
        await using var command = source.CreateCommand(
            "delete from inbox where ctid = any(array(select ctid from inbox where handled_at < $1 limit $2 for update skip locked))"
        );
        command.Parameters.Add(new() { Value = before });
        command.Parameters.Add(new() { Value = limit });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<HandledMessageEntry>> ListHandledAsync(
        string collection,
        string id,
        CancellationToken cancellationToken
    )
    {
        await using var command = source.CreateCommand(
            "select message_id, consumer, attempts, handled_at from inbox where collection = $1 and document_id = $2 order by handled_at"
        );
        command.Parameters.Add(new() { Value = collection });
        command.Parameters.Add(new() { Value = id });
        var handled = new List<HandledMessageEntry>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            handled.Add(
                new(new(reader.GetGuid(0), reader.GetString(1)) { Attempts = reader.GetInt32(2) }, reader.GetFieldValue<DateTimeOffset>(3))
            );
        }

        return handled;
    }

    public async Task<IReadOnlyList<PendingOutboxEntry>> ListPendingAsync(
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
        var waiting = new List<PendingOutboxEntry>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            waiting.Add(new(reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2)));
        }

        return waiting;
    }

    public async Task<int> DrainAsync(
        int limit,
        TimeSpan age,
        Func<IReadOnlyList<OutboxEntry>, CancellationToken, Task> publish,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Two relays may find the same rows: the second skips the rows that the first has locked.
        await using var command = new NpgsqlCommand(
            """
            with taken as (
                delete from outbox where seq = any(array(
                    select seq from outbox where type = any($2) and stored_at <= now() - $3 order by seq limit $1 for update skip locked))
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
                new() { Value = age },
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

        // Published before the deletion is committed: if the relay dies in between, the events are published twice, but never lost.
        await publish(entries, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return entries.Count;
    }

    public async Task RemoveAsync(IReadOnlyList<OutboxKey> published, CancellationToken cancellationToken)
    {
        // The commit does not wait for the disk: if a crash of the server loses the removal, the event is only published once more.
        await using var command = source.CreateCommand(
            "delete from outbox using (select set_config('synchronous_commit', 'off', true)) setting where seq = any($1)"
        );
        command.Parameters.Add(new() { Value = published.Select(key => key.Sequence).ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<int> BacklogAsync(int limit, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("select count(*)::int from (select 1 from outbox limit $1) waiting");
        command.Parameters.Add(new() { Value = limit });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task<DateTimeOffset?> OldestAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("select stored_at from outbox where type = any($1) order by seq limit 1");
        command.Parameters.Add(new() { Value = KnownTypes });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? reader.GetFieldValue<DateTimeOffset>(0) : null;
    }

    internal static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

internal interface IPostgresTable
{
    /// <summary>Statements that create the table and its indexes if they are missing.</summary>
    string Schema { get; }
}
