using System.Security.Cryptography;
using Npgsql;

namespace MariosPizzeria.BuildingBlocks.Documents.Postgres;

/// <summary>Creates a role for each operator who inspects the data. The role may only select, whatever it tries.</summary>
internal static class PostgresReadOnlyUser
{
    private const string Prefix = "pizzeria_reader_";

    // If the process that created a role was killed, the role can't sign in after this time, and the next grant drops it.
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public static async Task<ReadOnlyGrant> CreateAsync(NpgsqlDataSource source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var role = Prefix + Hex(8);
        var password = Hex(24);
        await using (var connection = await source.OpenConnectionAsync(cancellationToken))
        {
            foreach (var expired in await ExpiredAsync(connection, cancellationToken))
            {
                await RemoveAsync(connection, expired);
            }

            // Hex digits and a time that is generated here: the statement contains no input from outside.
            var until = (now + Lifetime).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            var schema = new NpgsqlCommandBuilder().QuoteIdentifier(await CurrentSchemaAsync(connection, cancellationToken));
            await PostgresDatabase.ExecuteAsync(
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
                await RemoveAsync(connection, role);
            }
        );
    }

    private static string Hex(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));

    private static async Task<string> CurrentSchemaAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select current_schema()", connection);
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<IReadOnlyList<string>> ExpiredAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
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

    private static Task RemoveAsync(NpgsqlConnection connection, string role) =>
        PostgresDatabase.ExecuteAsync(connection, $"drop owned by {role}; drop role {role}", CancellationToken.None);
}
