using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Documents.Postgres;
using MariosPizzeria.IntegrationTests.Servers;
using Npgsql;

namespace MariosPizzeria.IntegrationTests.Documents;

/// <summary>The contract on PostgreSQL, and failures that only a server can cause.</summary>
public sealed class PostgresStoreTests : DocumentStoreContract
{
    // A page of 20 documents reads a few blocks for each, however many documents there are.
    private const long MostBlocks = 200;

    [Fact]
    public async Task A_relay_whose_connection_dies_after_publishing_publishes_again()
    {
        var database = await SharedServers.NewDatabaseAsync();
        await using var relay = DocumentStore.Open(database);
        await relay.Database.MigrateAsync(default);
        var ids = await RaiseAsync(relay, 3);
        var published = new List<Guid>();

        await Should.ThrowAsync<NpgsqlException>(() =>
            relay.Outbox.DrainAsync(
                10,
                TimeSpan.Zero,
                async (entries, _) =>
                {
                    published.AddRange(entries.Select(entry => entry.EventId));
                    (await EndBackendsThatWaitAsync(database)).ShouldBe(1);
                },
                default
            )
        );

        published.ShouldBe(ids);
        // The server process tells its client that it ends before it releases its locks.
        IReadOnlyList<Guid> again = [];
        await Eventually.UntilAsync("the events can be had again", async () => (again = await TakeAsync(relay, limit: 10)).Count > 0);
        again.ShouldBe(ids);
    }

    [Fact]
    public async Task A_document_that_the_server_refuses_fails_its_own_save_and_no_other_of_the_same_moment()
    {
        var saves = Enumerable
            .Range(0, 40)
            .Select(n =>
            {
                var parcel = Parcel.Sent($"p{n}", DateTimeOffset.UnixEpoch);

                // PostgreSQL text cannot contain this character.
                return Here.Parcels.SaveAsync(parcel, parcel.Scan(n == 17 ? "\0" : "x"), handled: null, default);
            })
            .ToList();

        await Should.ThrowAsync<PostgresException>(() => saves[17]);

        saves.RemoveAt(17);
        (await Task.WhenAll(saves)).ShouldAllBe(result => result == SaveResult.Saved);
        (await Here.TakeEventsAsync()).Count.ShouldBe(39);
    }

    [Fact]
    public async Task Saves_whose_connection_dies_are_stored_with_their_events_or_not_at_all()
    {
        var database = await SharedServers.NewDatabaseAsync();
        await using var store = DocumentStore.Open(database);
        await store.Database.MigrateAsync(default);
        var (saved, unknown) = (0, 0);

        for (var round = 0; round < 20; round++)
        {
            var saves = Enumerable
                .Range(0, 30)
                .Select(n =>
                {
                    var parcel = Parcel.Sent($"p{round}-{n}", DateTimeOffset.UnixEpoch);
                    return store.Parcels.SaveAsync(parcel, parcel.Scan("x"), handled: null, default);
                })
                .ToList();
            await EndBackendsAsync(database, "pid <> pg_backend_pid()");
            foreach (var save in saves)
            {
                await save.ContinueWith(_ => { }, TaskScheduler.Default);
                (saved, unknown) = save.IsFaulted ? (saved, unknown + 1) : (saved + 1, unknown);
            }
        }

        var stored = 0L;
        await Eventually.UntilAsync(
            "the database is reached again",
            async () =>
            {
                stored = await store.Parcels.CountAsync(Query<Parcel>.All, default);
                return true;
            }
        );
        stored.ShouldBeInRange(saved, saved + unknown);
        (await TakeAsync(store, limit: 1000)).Length.ShouldBe((int)stored);
    }

    [Fact]
    public async Task A_reader_sees_everything_and_can_change_nothing_whatever_it_asks_for()
    {
        await Here.Parcels.SaveAsync(Parcel.Sent("p1", DateTimeOffset.UnixEpoch), [], handled: null, default);
        var grant = await ((IReadOnlyAccess)Here.Database).GrantAsync(default);
        await using (var reader = new NpgsqlConnection(grant.ConnectionString + ";Pooling=false"))
        {
            await reader.OpenAsync();

            (await AskAsync(reader, "select count(*) from parcels")).ShouldBe(1L);
            await Should.ThrowAsync<PostgresException>(() => AskAsync(reader, "delete from parcels"));
            await AskAsync(reader, "set default_transaction_read_only = off");
            foreach (var change in new[] { "delete from parcels", "update parcels set version = 9", "create table mine (id int)" })
            {
                (await Should.ThrowAsync<PostgresException>(() => AskAsync(reader, change))).SqlState.ShouldBe(
                    PostgresErrorCodes.InsufficientPrivilege,
                    change
                );
            }
        }

        await grant.DisposeAsync();

        await using var late = new NpgsqlConnection(grant.ConnectionString + ";Pooling=false");
        await Should.ThrowAsync<PostgresException>(() => late.OpenAsync());
        (await Here.Parcels.FindAsync("p1", default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_save_finds_in_the_inboxs_index_whether_its_message_was_handled()
    {
        var database = await SharedServers.NewDatabaseAsync();
        await using var store = DocumentStore.Open(database);
        await store.Database.MigrateAsync(default);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();

        // A generic plan, made while the inbox is empty, as in a newly installed process.
        await AskAsync(connection, "set plan_cache_mode = force_generic_plan");
        await AskAsync(connection, $"prepare save as {new PostgresSaveStatements("parcels", []).Update}");
        await using var explain = new NpgsqlCommand(
            "explain execute save(null, null, null, null, null, null, null, null, null, null, null)",
            connection
        );
        await using var reader = await explain.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await reader.ReadAsync())
        {
            plan.Add(reader.GetString(0));
        }

        var reads = plan.Where(line =>
            line.Contains("Scan", StringComparison.Ordinal) && line.Contains(" on inbox", StringComparison.Ordinal)
        );
        reads.ShouldHaveSingleItem(string.Join('\n', plan)).ShouldContain("Index");
    }

    [Fact]
    public async Task A_page_reads_from_its_index_no_more_than_it_shows()
    {
        var database = await SharedServers.NewDatabaseAsync();
        await using var store = DocumentStore.Open(database);
        await store.Database.MigrateAsync(default);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await AskAsync(
            connection,
            """
            insert into parcels (id, version, body, key_receiver, key_sent_at)
            select 'p' || n, 1, '{}', case when n > 2000 then 'nobody' when n % 2 = 0 then 'nonna' else 'zio' end,
                   to_char(timestamp '2026-01-01' + n * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS".0000000Z"')
            from generate_series(1, 60000) n
            """
        );
        await AskAsync(connection, "analyze parcels");
        var newest = Query<Parcel>.All.NewestFirst(Documents.Parcels.BySentAt).First(20);
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        var ofTwo = newest.Where(Documents.Parcels.ByReceiver, "nonna", "zio");
        var beforeAndAfter = newest.Between(Documents.Parcels.BySentAt, null, start.AddMinutes(500)).After("2026-02-11", "");

        (await BlocksReadAsync(connection, ofTwo)).ShouldBeLessThan(MostBlocks);
        (await BlocksReadAsync(connection, beforeAndAfter)).ShouldBeLessThan(MostBlocks);
    }

    [Fact]
    public Task What_a_release_without_measures_stores_is_summed_as_well() => WhatAReleaseWithoutMeasuresStoresIsSummedAsWellAsync();

    [Fact]
    public Task What_a_release_with_fewer_measures_stores_is_summed_as_well() => WhatAReleaseWithFewerMeasuresStoresIsSummedAsWellAsync();

    protected override async Task<(DocumentStore Here, DocumentStore There)> AttachAsync()
    {
        var database = await SharedServers.NewSchemaAsync();
        return (DocumentStore.Open(database), DocumentStore.Open(database));
    }

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Returns the number of blocks of tables and indexes that a page's statement reads; a plan does not count index entries.</summary>
    private static async Task<long> BlocksReadAsync(NpgsqlConnection connection, Query<Parcel> query)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        command.CommandText =
            $"explain (analyze, buffers, format json) {new PostgresQuery<Parcel>("parcels", query, command.Parameters).Page()}";
        using var explained = JsonDocument.Parse((string)(await command.ExecuteScalarAsync())!);
        var plan = explained.RootElement[0].GetProperty("Plan");
        return plan.GetProperty("Shared Hit Blocks").GetInt64() + plan.GetProperty("Shared Read Blocks").GetInt64();
    }

    private static Task<long> EndBackendsThatWaitAsync(string database) => EndBackendsAsync(database, "state = 'idle in transaction'");

    private static async Task<long> EndBackendsAsync(string database, string which)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and {which}",
            connection
        );
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
