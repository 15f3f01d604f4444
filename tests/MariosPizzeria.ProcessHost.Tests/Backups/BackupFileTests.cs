using MariosPizzeria.ProcessHost.Backups;
using MariosPizzeria.ProcessHost.Servers;
using MariosPizzeria.ProcessHost.Tests.Hosting;
using MariosPizzeria.ProcessHost.Tests.Servers;
using Npgsql;

namespace MariosPizzeria.ProcessHost.Tests.Backups;

public sealed class BackupFileTests : IDisposable
{
    private static readonly string[] Names = ["menudb", "kitchendb", "orderdb"];

    private readonly string _folder = Directory.CreateTempSubdirectory("backup-").FullName;

    private string BackupPath => Path.Combine(_folder, "evening.backup");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_copy_that_is_made_while_somebody_writes_is_of_one_moment_and_comes_back_into_a_new_server()
    {
        BackupContents contents;
        await using (var server = await NewServerAsync())
        {
            foreach (var name in Names)
            {
                await SqlAsync(
                    Connection(server, name),
                    """
                    create table documents (id bigint generated always as identity primary key, body jsonb not null);
                    create index on documents ((body ->> 'a'));
                    insert into documents (body) select jsonb_build_object('a', n, 'ü', 'è') from generate_series(1, 5000) n
                    """
                );
            }

            using var stop = new CancellationTokenSource();
            var writing = WriteAsync(Connection(server, "orderdb"), stop.Token);
            contents = await BackupFile.WriteAsync(
                BackupPath,
                "1.2.3",
                [.. Names.Select(name => Connection(server, name))],
                Eventually.Soon
            );
            await stop.CancelAsync();
            await writing;
        }

        File.GetUnixFileMode(BackupPath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, "it has personal data in it");
        Directory.EnumerateFileSystemEntries(_folder).ShouldBe([BackupPath], "no draft is left");
        contents.Databases.Select(database => database.Name).ShouldBe(Names);
        contents.Databases[2].TakenAt.ShouldBeGreaterThanOrEqualTo(contents.Databases[1].TakenAt, "who hears of others comes first");
        contents.Databases[0].Tables.ShouldHaveSingleItem().Rows.ShouldBe(5000);

        await using var another = await NewServerAsync();
        var unpacked = Path.Combine(_folder, "unpacked");
        var read = await BackupFile.UnpackAsync(BackupPath, unpacked, Eventually.Soon);
        read.Version.ShouldBe("1.2.3");
        foreach (var copy in read.Databases)
        {
            await BackupFile.RestoreAsync(unpacked, copy, Connection(another, copy.Name), Eventually.Soon);
        }

        long rows = contents.Databases[2].Tables[0].Rows;
        (await SqlAsync(Connection(another, "orderdb"), "select count(*) from documents")).ShouldBe(rows);
        var next = (long)(await SqlAsync(Connection(another, "orderdb"), "insert into documents (body) values ('{}') returning id"))!;
        next.ShouldBeGreaterThan(rows, "a number may be left out, but comes only once");
        (await SqlAsync(Connection(another, "menudb"), "select count(*) from pg_tables where tableowner = 'menudb'")).ShouldBe(1L);
    }

    [Fact]
    public async Task A_restore_that_differs_from_what_was_copied_is_told()
    {
        await using var server = await NewServerAsync();
        await SqlAsync(Connection(server, "menudb"), "create table pizzas (id text); insert into pizzas values ('margherita')");
        await BackupFile.WriteAsync(BackupPath, version: null, [Connection(server, "menudb")], Eventually.Soon);
        var unpacked = Path.Combine(_folder, "unpacked");
        var copy = (await BackupFile.UnpackAsync(BackupPath, unpacked, Eventually.Soon)).Databases.ShouldHaveSingleItem();
        var expected = copy with { Tables = [copy.Tables[0] with { Sum = "1" }] };

        var refused = await Should.ThrowAsync<PizzeriaException>(() =>
            BackupFile.RestoreAsync(unpacked, expected, Connection(server, "kitchendb"), Eventually.Soon)
        );

        refused.Message.ShouldContain("menudb differs from the backup in these tables: pizzas");
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_replaced_and_one_that_is_no_backup_is_not_read()
    {
        await File.WriteAllTextAsync(BackupPath, "my letters");

        (
            await Should.ThrowAsync<PizzeriaException>(() => BackupFile.WriteAsync(BackupPath, null, [], Eventually.Soon))
        ).Message.ShouldContain("exists already");
        (
            await Should.ThrowAsync<PizzeriaException>(() =>
                BackupFile.UnpackAsync(BackupPath, Path.Combine(_folder, "u"), Eventually.Soon)
            )
        ).Message.ShouldContain("is not a backup");
        (await File.ReadAllTextAsync(BackupPath)).ShouldBe("my letters");
    }

    [Fact]
    public async Task A_database_that_is_no_postgresql_is_refused()
    {
        var refused = await Should.ThrowAsync<PizzeriaException>(() =>
            BackupFile.WriteAsync(BackupPath, version: null, ["mongodb://127.0.0.1/menudb"], Eventually.Soon)
        );

        refused.Message.ShouldContain("mongodump");
        File.Exists(BackupPath).ShouldBeFalse();
    }

    private static async Task<PostgresServer> NewServerAsync()
    {
        var server = await new PostgresServer(new ServerSettings { Password = "secret" }).StartedAsync(Eventually.Soon);
        foreach (var name in Names)
        {
            await server.CreateDatabaseAsync(name, Eventually.Soon);
        }

        return server;
    }

    private static string Connection(PostgresServer server, string database) =>
        $"Host=127.0.0.1;Port={server.Port};Username={database};Password={PostgresServer.PasswordOf(server.Password, database)};"
        + $"Database={database};Pooling=false";

    private static async Task<object?> SqlAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Eventually.Soon);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Eventually.Soon);
    }

    private static async Task WriteAsync(string database, CancellationToken stopped)
    {
        while (!stopped.IsCancellationRequested)
        {
            await SqlAsync(database, "insert into documents (body) values ('{\"a\": 0}')");
        }
    }
}
