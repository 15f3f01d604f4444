using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Servers;

/// <summary>A private PostgreSQL: scram-sha-256, UTF-8, durable (fsync on), 200 connections.</summary>
public sealed class PostgresServer : BackingServer
{
    private const string Draft = "initdb-";
    private const int RolePasswordLength = 32;

    private readonly string _data;

    /// <summary>A server that is yet to be started.</summary>
    public PostgresServer(ServerSettings settings)
        : base(ServerKind.Postgres, settings, user: "postgres") => _data = Path.Combine(Folder, "data");

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <exception cref="PizzeriaException">It is not installed or did not start; the message says more.</exception>
    public static async Task<PostgresServer> StartAsync(ServerSettings settings, CancellationToken cancellation)
    {
        var server = new PostgresServer(settings);
        await server.StartAsync(cancellation);
        return server;
    }

    /// <summary>The password of a database's own role: from the server's, so that it need not be kept, and the server's not from it.</summary>
    public static string PasswordOf(string serverPassword, string database) =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(serverPassword), Encoding.UTF8.GetBytes($"postgres-role\n{database}"))
        )[..RolePasswordLength];

    /// <summary>For Npgsql, as the server's owner.</summary>
    public string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username={User};Password={Password};Database={database}");

    /// <summary>
    /// Makes the database if it is not there, and a role of its name that owns it and whatever is in it; no other role but the server's
    /// owner may connect. What a release before this made as the server's owner changes hands.
    /// </summary>
    public async Task CreateDatabaseAsync(string database, CancellationToken cancellation)
    {
        var made = await Child.RunAsync(
            Path.Combine(Programs, "createdb"),
            ["-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", User, "--maintenance-db=postgres", database],
            cancellation,
            environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["PGPASSWORD"] = Password, ["LC_ALL"] = "C" }
        );
        if (made.ExitCode != 0 && !made.Error.Contains("already exists", StringComparison.Ordinal))
        {
            throw new PizzeriaException($"The database {database} could not be made: {made.All}");
        }

        await HandOverAsync(database, cancellation);
    }

    private async Task HandOverAsync(string database, CancellationToken cancellation)
    {
        // In a file, for a command line can be read by everyone on the machine. Sequences go with the columns they number.
        var role = $"\"{database}\"";
        var script = Path.Combine(Folder, $"{database}.sql");
        await WriteSecretAsync(
            script,
            $"""
            select 'create role {role}' where not exists (select from pg_roles where rolname = '{database}') \gexec
            alter role {role} login nosuperuser nocreatedb nocreaterole password '{PasswordOf(Password, database)}';
            alter database {role} owner to {role};
            revoke all on database {role} from public;
            alter schema public owner to {role};
            select format('alter table %I.%I owner to {role}', schemaname, tablename) from pg_tables
                where schemaname = 'public' and tableowner <> '{database}' \gexec
            """,
            UnixFileMode.UserRead,
            cancellation
        );
        try
        {
            string[] arguments =
            [
                "-h",
                "127.0.0.1",
                "-p",
                Port.ToString(CultureInfo.InvariantCulture),
                "-U",
                User,
                "-d",
                database,
                "-v",
                "ON_ERROR_STOP=1",
                "--no-psqlrc",
                "--quiet",
                "-f",
                script,
            ];
            var handed = await Child.RunAsync(
                Path.Combine(Programs, "psql"),
                arguments,
                cancellation,
                environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["PGPASSWORD"] = Password, ["LC_ALL"] = "C.UTF-8" }
            );
            if (handed.ExitCode != 0)
            {
                throw new PizzeriaException($"The database {database} could not be given to its role: {handed.Error}");
            }
        }
        finally
        {
            File.Delete(script);
        }
    }

    // "Fast" shutdown: clients are disconnected, everything committed is on disk. SIGTERM would wait for the clients.
    internal override int StopSignal => Posix.SigInt;

    /// <inheritdoc/>
    public override ServerCommand Command =>
        new(
            Path.Combine(Programs, "postgres"),
            "-D",
            _data,
            "-p",
            Port.ToString(CultureInfo.InvariantCulture),
            "-h",
            "127.0.0.1",
            "-c",
            "unix_socket_directories=",
            "-c",
            "max_connections=200",
            "-c",
            "timezone=UTC"
        )
        {
            RunAs = RunAs,
        };

    /// <summary>The major version that made the data; null where there is none yet.</summary>
    private string? DataVersion =>
        Path.Combine(_data, "PG_VERSION") is var file && File.Exists(file) ? File.ReadAllText(file).Trim() : null;

    private string Programs =>
        DataVersion is not { } major
            ? ServerPrograms.Postgres() ?? throw NotInstalled(Kind)
            : ServerPrograms.Postgres(major)
                ?? throw new PizzeriaException(
                    $"The data in {_data} was made by PostgreSQL {major}, which is not installed. Install it, or start afresh: ./pizzeria up --fresh"
                );

    private protected override async Task PrepareFilesAsync(CancellationToken cancellation)
    {
        if (DataVersion is not null)
        {
            return;
        }

        // An initdb that was interrupted leaves a folder it will not touch again, and writes PG_VERSION first of all. So it makes the
        // data elsewhere, and they are what they are called once they are whole.
        if (Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }

        DeleteDrafts();
        var draft = Path.Combine(Folder, Draft + RandomNumberGenerator.GetHexString(8, lowercase: true));
        var passwordFile = Path.Combine(Folder, "password");
        await WriteSecretAsync(passwordFile, Password + "\n", UnixFileMode.UserRead, cancellation);
        string[] arguments =
        [
            "-D",
            draft,
            "-U",
            User,
            $"--pwfile={passwordFile}",
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        ];
        var made = await Child.RunAsync(Path.Combine(Programs, "initdb"), arguments, cancellation, RunAs);
        File.Delete(passwordFile);
        if (made.ExitCode != 0)
        {
            throw new PizzeriaException($"PostgreSQL's initdb failed:\n{made.All}");
        }

        Directory.Move(draft, _data);
    }

    private void DeleteDrafts()
    {
        foreach (var draft in Directory.EnumerateDirectories(Folder, Draft + "*"))
        {
            try
            {
                Directory.Delete(draft, recursive: true);
            }
            catch (IOException)
            {
                // Somebody still writes there; it is in nobody's way.
            }
        }
    }

    /// <inheritdoc/>
    public override async Task<bool> AnswersAsync(CancellationToken cancellation) =>
        await ReadyPidAsync(cancellation) is not null && await LoopbackPort.AnswersAsync(Port, cancellation);

    private protected override async Task<bool> IsReadyAsync(CancellationToken cancellation) =>
        await ReadyPidAsync(cancellation) == Process!.Id.ToString(CultureInfo.InvariantCulture);

    /// <summary>The pid of the server that serves this data; null where none does.</summary>
    private async Task<string?> ReadyPidAsync(CancellationToken cancellation)
    {
        // The file pg_ctl -w watches: line 1 is the pid, line 8 the state.
        try
        {
            var lines = await File.ReadAllLinesAsync(Path.Combine(_data, "postmaster.pid"), cancellation);
            return lines.Length >= 8 && lines[7].Trim() == "ready" ? lines[0] : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    // After a SIGKILL the old server's sessions live on for a moment and still hold its memory or its pid file.
    private protected override bool EndedForNow() =>
        LogTail.Of(LogFile, 4) is var end
        && (
            end.Contains("pre-existing shared memory block", StringComparison.Ordinal)
            || end.Contains("lock file \"postmaster.pid\" already exists", StringComparison.Ordinal)
            || end.Contains("Is another postmaster", StringComparison.Ordinal)
        );
}
