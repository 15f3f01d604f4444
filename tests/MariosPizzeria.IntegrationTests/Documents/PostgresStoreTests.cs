using MariosPizzeria.IntegrationTests.Servers;
using MariosPizzeria.ServiceDefaults.Documents;
using Npgsql;

namespace MariosPizzeria.IntegrationTests.Documents;

/// <summary>The contract on PostgreSQL, and what only a server can do to a process.</summary>
public sealed class PostgresStoreTests : DocumentStoreContract
{
    [Fact]
    public async Task A_relay_whose_connection_dies_after_publishing_publishes_again()
    {
        var database = await SharedServers.NewDatabase();
        await using var relay = DocumentStore.Open(database);
        await relay.Database.Migrate(default);
        var ids = await Raise(relay, 3);
        var published = new List<Guid>();

        await Should.ThrowAsync<NpgsqlException>(() =>
            relay.Outbox.Drain(
                10,
                async (entries, _) =>
                {
                    published.AddRange(entries.Select(entry => entry.EventId));
                    (await EndBackendsThatWait(database)).ShouldBe(1);
                },
                default
            )
        );

        published.ShouldBe(ids);
        // The server's process tells its client that it ends before it lets go of what it has locked.
        IReadOnlyList<Guid> again = [];
        await Eventually.Until("the events can be had again", async () => (again = await Take(relay, limit: 10)).Count > 0);
        again.ShouldBe(ids);
    }

    [Fact]
    public async Task A_reader_sees_everything_and_can_change_nothing_whatever_it_asks_for()
    {
        await Here.Parcels.Save(Parcel.Sent("p1", DateTimeOffset.UnixEpoch), [], handled: null, default);
        var grant = await ((IReadOnlyAccess)Here.Database).Grant(default);
        await using (var reader = new NpgsqlConnection(grant.ConnectionString + ";Pooling=false"))
        {
            await reader.OpenAsync();

            (await Ask(reader, "select count(*) from parcels")).ShouldBe(1L);
            await Should.ThrowAsync<PostgresException>(() => Ask(reader, "delete from parcels"));
            await Ask(reader, "set default_transaction_read_only = off");
            foreach (var change in new[] { "delete from parcels", "update parcels set version = 9", "create table mine (id int)" })
            {
                (await Should.ThrowAsync<PostgresException>(() => Ask(reader, change))).SqlState.ShouldBe(
                    PostgresErrorCodes.InsufficientPrivilege,
                    change
                );
            }
        }

        await grant.DisposeAsync();

        await using var late = new NpgsqlConnection(grant.ConnectionString + ";Pooling=false");
        await Should.ThrowAsync<PostgresException>(() => late.OpenAsync());
        (await Here.Parcels.Find("p1", default)).ShouldNotBeNull();
    }

    protected override async Task<(DocumentStore Here, DocumentStore There)> Attach()
    {
        var database = await SharedServers.NewSchema();
        return (DocumentStore.Open(database), DocumentStore.Open(database));
    }

    private static async Task<object?> Ask(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task<long> EndBackendsThatWait(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'",
            connection
        );
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
