using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace MariosPizzeria.ServiceDefaults.Documents.Postgres;

/// <summary>A role of its own for each person who looks around: it may select, and nothing else, whatever it asks for.</summary>
internal static class PostgresReadOnlyUser
{
    private const string Prefix = "pizzeria_reader_";

    // One whose maker was killed can't sign in any longer, and the next makes it go.
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public static async Task<ReadOnlyGrant> Make(NpgsqlDataSource source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var role = Prefix + Hex(8);
        var password = Hex(24);
        await using (var connection = await source.OpenConnectionAsync(cancellationToken))
        {
            foreach (var expired in await Expired(connection, cancellationToken))
            {
                await Remove(connection, expired);
            }

            // Hex digits and a time of ours: nothing here comes from anybody.
            var until = (now + Lifetime).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            var schema = new NpgsqlCommandBuilder().QuoteIdentifier(await CurrentSchema(connection, cancellationToken));
            await Execute(
                connection,
                $"""
                create role {role} login password '{password}' valid until '{until}' connection limit 12;
                alter role {role} set default_transaction_read_only = on;
                do $$ begin
                    if not has_database_privilege('{role}', current_database(), 'connect') then
                        execute format('grant connect on database %I to {role}', current_database());
                    end if;
                end $$;
                grant usage on schema {schema} to {role};
                grant select on all tables in schema {schema} to {role};
                """,
                cancellationToken
            );
        }

        var reader = new NpgsqlConnectionStringBuilder(source.ConnectionString) { Username = role, Password = password };
        return new(
            reader.ConnectionString,
            async () =>
            {
                await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
                await Remove(connection, role);
            }
        );
    }

    private static string Hex(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));

    private static async Task<string> CurrentSchema(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select current_schema()", connection);
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<IReadOnlyList<string>> Expired(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select rolname from pg_roles where rolname like '{Prefix}%' and rolvaliduntil < now()",
            connection
        );
        var names = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    private static Task Remove(NpgsqlConnection connection, string role) =>
        Execute(connection, $"drop owned by {role}; drop role {role}", CancellationToken.None);

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
