using System.Data.Common;
using System.IO.Compression;
using MariosPizzeria.ProcessHost.Measuring;
using Npgsql;

namespace MariosPizzeria.ProcessHost.Backups;

/// <summary>
/// One file with a copy of several PostgreSQL databases: a zip of pg_dump's archives and of <see cref="BackupContents"/>. The snapshots of
/// all databases are taken within milliseconds, one after the other, before any data is read; reading the data may take long.
/// </summary>
internal static class BackupFile
{
    /// <summary>The version of the file format that this program writes and reads.</summary>
    public const int Format = 1;

    private const string ContentsName = "backup.json";
    private const UnixFileMode OwnersFileName = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnersFileName | UnixFileMode.UserExecute;

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web) { WriteIndented = true };

    /// <summary>Writes a backup. The databases are only read, and their writers are not blocked.</summary>
    /// <param name="file">The path of the new file. Only its owner may read it: it contains names, phone numbers and addresses.</param>
    /// <param name="databases">
    /// The connection strings, in the order of the snapshots: the database of a service that consumes events comes before the database of
    /// the service that publishes them.
    /// </param>
    /// <param name="cancellation">Cancels the backup; no file is left in that case.</param>
    /// <exception cref="PizzeriaException">The file exists, a database is not PostgreSQL, or its tools failed.</exception>
    public static async Task<BackupContents> WriteAsync(
        string file,
        string? version,
        IReadOnlyList<string> databases,
        CancellationToken cancellation
    )
    {
        if (File.Exists(file) || Directory.Exists(file))
        {
            throw new PizzeriaException($"{file} exists already; a backup does not overwrite a file.");
        }

        var draft = file + ".new";
        var folder = draft + ".d";
        Files.DeleteFolder(folder);
        File.Delete(draft);
        Directory.CreateDirectory(folder, OwnersFolder);
        var open = new List<Snapshot>();
        try
        {
            foreach (var database in databases)
            {
                open.Add(await Snapshot.TakeAsync(database, cancellation));
            }

            var contents = new BackupContents(
                Format,
                version,
                await Task.WhenAll(open.Select(snapshot => snapshot.CopyAsync(FileOf(folder, snapshot.Name), cancellation)))
            );
            await File.WriteAllTextAsync(Path.Combine(folder, ContentsName), JsonSerializer.Serialize(contents, Indented), cancellation);

            // Created first with its mode, so that others can never read it. The output of pg_dump is compressed already.
            Files.WriteNew(draft, "", OwnersFileName);
            await using (var zip = new FileStream(draft, FileMode.Truncate, FileAccess.Write))
            {
                await ZipFile.CreateFromDirectoryAsync(
                    folder,
                    zip,
                    CompressionLevel.NoCompression,
                    includeBaseDirectory: false,
                    entryNameEncoding: null,
                    cancellation
                );
                zip.Flush(flushToDisk: true);
            }

            File.Move(draft, file);
            return contents;
        }
        finally
        {
            foreach (var snapshot in open)
            {
                await snapshot.DisposeAsync();
            }

            File.Delete(draft);
            Files.DeleteFolder(folder);
        }
    }

    /// <summary>Unpacks a backup into a new folder.</summary>
    /// <exception cref="PizzeriaException">The file is missing, no backup, or of a format that this program does not read.</exception>
    public static async Task<BackupContents> UnpackAsync(string file, string folder, CancellationToken cancellation)
    {
        if (!File.Exists(file))
        {
            throw new PizzeriaException($"There is no file {file}.");
        }

        Directory.CreateDirectory(folder, OwnersFolder);
        try
        {
            await ZipFile.ExtractToDirectoryAsync(file, folder, cancellation);
            return Read(folder);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or FileNotFoundException)
        {
            throw new PizzeriaException($"{file} is not a backup of a pizzeria, or is damaged: {e.Message}");
        }
    }

    /// <summary>Reads the description of an unpacked backup.</summary>
    /// <exception cref="PizzeriaException">The backup has a format that this program does not read, or lacks a database.</exception>
    public static BackupContents Read(string folder)
    {
        var contents =
            JsonSerializer.Deserialize<BackupContents>(File.ReadAllText(Path.Combine(folder, ContentsName)), Indented)
            ?? throw new JsonException($"{ContentsName} is empty.");
        if (contents.Format != Format)
        {
            throw new PizzeriaException($"The backup has the format {contents.Format}; this program reads {Format}.");
        }

        return contents.Databases.FirstOrDefault(database => !File.Exists(FileOf(folder, database.Name))) is { } missing
            ? throw new PizzeriaException($"The backup lacks the database {missing.Name}; it is damaged.")
            : contents;
    }

    /// <summary>Fills an empty database from an unpacked backup, in one transaction, and compares its tables with those copied.</summary>
    /// <param name="database">The connection string of the role that will own it.</param>
    /// <param name="cancellation">Cancels the restore; nothing is changed in that case.</param>
    /// <exception cref="PizzeriaException">The backup can't be read, or the restored tables differ from those copied.</exception>
    public static async Task RestoreAsync(string folder, DatabaseCopy copy, string database, CancellationToken cancellation)
    {
        string[] arguments =
        [
            "--dbname",
            NameOf(database),
            "--schema=public",
            "--no-owner",
            "--no-privileges",
            "--single-transaction",
            "--exit-on-error",
            FileOf(folder, copy.Name),
        ];
        await ToolsOf(database).RunToolAsync("pg_restore", arguments, cancellation);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(cancellation);
        var found = await TableSums.ReadAsync(connection, cancellation);
        var differing = copy.Tables.Except(found).Concat(found.Except(copy.Tables)).Select(sum => sum.Table).Distinct().ToList();
        if (differing.Count > 0)
        {
            throw new PizzeriaException(
                $"After the restore, {copy.Name} differs from the backup in these tables: {string.Join(", ", differing)}."
            );
        }
    }

    private static string FileOf(string folder, string database) => Path.Combine(folder, database + ".dump");

    private static string NameOf(string connectionString) =>
        (string)new DbConnectionStringBuilder { ConnectionString = connectionString }["Database"];

    private static Psql ToolsOf(string connectionString) =>
        Psql.Of(connectionString)
        ?? throw new PizzeriaException(
            "A database of this system is not PostgreSQL, or PostgreSQL's tools are not installed here. "
                + "MongoDB is backed up with its own mongodump, and an attached server with its provider's tools."
        );

    /// <summary>A snapshot of a database, valid until it is disposed.</summary>
    private sealed class Snapshot : IAsyncDisposable
    {
        private readonly string _database;
        private readonly NpgsqlConnection _connection;
        private readonly string _id;
        private readonly DateTimeOffset _takenAt;

        private Snapshot(string database, NpgsqlConnection connection, string id, DateTimeOffset takenAt) =>
            (_database, _connection, _id, _takenAt) = (database, connection, id, takenAt);

        public string Name => NameOf(_database);

        public static async Task<Snapshot> TakeAsync(string database, CancellationToken cancellation)
        {
            _ = ToolsOf(database);
            var connection = new NpgsqlConnection(database);
            try
            {
                await connection.OpenAsync(cancellation);
                await using var command = new NpgsqlCommand(
                    "begin transaction isolation level repeatable read read only; select pg_export_snapshot(), clock_timestamp()",
                    connection
                );
                await using var reader = await command.ExecuteReaderAsync(cancellation);
                await reader.ReadAsync(cancellation);
                return new(database, connection, reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1));
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }

        public async Task<DatabaseCopy> CopyAsync(string file, CancellationToken cancellation)
        {
            string[] arguments = ["--format=custom", "--no-owner", "--no-privileges", $"--snapshot={_id}", "--file", file];
            var dumping = ToolsOf(_database).RunToolAsync("pg_dump", arguments, cancellation);
            var sums = await TableSums.ReadAsync(_connection, cancellation);
            await dumping;
            return new(Name, _takenAt, sums);
        }

        public ValueTask DisposeAsync() => _connection.DisposeAsync();
    }
}
