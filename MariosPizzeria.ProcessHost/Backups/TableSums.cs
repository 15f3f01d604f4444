using Npgsql;

namespace MariosPizzeria.ProcessHost.Backups;

/// <summary>Counts and hashes the rows of a database, so that a copy can be compared with its source.</summary>
internal static class TableSums
{
    // A row is hashed as text. With these settings the text of the types in use is the same in every version of PostgreSQL.
    private const string Settings =
        "set timezone = 'UTC'; set datestyle = 'ISO, MDY'; set extra_float_digits = 1; set bytea_output = 'hex'";

    /// <summary>Reads each table of the schema <c>public</c>, ordered by name, as the connection's transaction sees it.</summary>
    public static async Task<IReadOnlyList<TableSum>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using (var settings = new NpgsqlCommand(Settings, connection))
        {
            await settings.ExecuteNonQueryAsync(cancellation);
        }

        var sums = new List<TableSum>();
        foreach (var table in await TablesAsync(connection, cancellation))
        {
            await using var command = new NpgsqlCommand(
                $"""
                select count(*), coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint::numeric), 0)::text
                from public."{table.Replace("\"", "\"\"", StringComparison.Ordinal)}" t
                """,
                connection
            )
            {
                // A million orders take longer than the default timeout of 30 seconds.
                CommandTimeout = 0,
            };
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            await reader.ReadAsync(cancellation);
            sums.Add(new(table, reader.GetInt64(0), reader.GetString(1)));
        }

        return sums;
    }

    private static async Task<List<string>> TablesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "select tablename::text from pg_tables where schemaname = 'public' order by tablename",
            connection
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var tables = new List<string>();
        while (await reader.ReadAsync(cancellation))
        {
            tables.Add(reader.GetString(0));
        }

        return tables;
    }
}
