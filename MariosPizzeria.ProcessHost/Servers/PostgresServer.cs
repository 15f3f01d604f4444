using System.Security.Cryptography;
using System.Text;

namespace MariosPizzeria.ProcessHost.Servers;

/// <summary>A private PostgreSQL: scram-sha-256, UTF-8, durable (fsync on), 200 connections.</summary>
public sealed class PostgresServer(ServerSettings settings) : BackingServer(ServerKind.Postgres, settings, user: "postgres")
{
    private const string IncompleteDataSuffix = "initdb-";
    private const int RolePasswordLength = 32;

    private string Data => Path.Combine(Folder, "data");

    /// <summary>
    /// The password of a database's own role. It is derived from the server's password, so that it need not be kept; the server's password
    /// cannot be derived from it.
    /// </summary>
    public static string PasswordOf(string serverPassword, string database) =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(serverPassword), Encoding.UTF8.GetBytes($"postgres-role\n{database}"))
        )[..RolePasswordLength];

    /// <summary>The connection string for Npgsql, as the server's owner.</summary>
    public string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={Port};Username={User};Password={Password};Database={database}";

    /// <summary>
    /// Creates the database if it does not exist, and a role of its name that owns it and its content; no other role except the server's
    /// owner may connect. The role becomes the owner of tables that an earlier release created as the server's owner.
    /// </summary>
    public async Task CreateDatabaseAsync(string database, CancellationToken cancellation)
    {
        // In a file, because every user of the machine can read a command line. Sequences change owner with the tables of their columns.
        var role = $"\"{database}\"";
        var script = Path.Combine(Folder, $"{database}.sql");
        WriteSecret(
            script,
            $"""
            select 'create database {role}' where not exists (select from pg_database where datname = '{database}') \gexec
            select 'create role {role}' where not exists (select from pg_roles where rolname = '{database}') \gexec
            alter role {role} login nosuperuser nocreatedb nocreaterole password '{PasswordOf(Password, database)}';
            alter database {role} owner to {role};
            revoke all on database {role} from public;
            \connect {role}
            alter schema public owner to {role};
            select format('alter table %I.%I owner to {role}', schemaname, tablename) from pg_tables
                where schemaname = 'public' and tableowner <> '{database}' \gexec
            """
        );
        var environment = new Dictionary<string, string?>
        {
            ["PGHOST"] = "127.0.0.1",
            ["PGPORT"] = $"{Port}",
            ["PGUSER"] = User,
            ["PGPASSWORD"] = Password,
            ["PGDATABASE"] = "postgres",
            ["LC_ALL"] = "C.UTF-8",
        };
        try
        {
            string[] arguments = ["--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "-f", script];
            var run = await ChildProcess.RunAsync(Path.Combine(Programs, "psql"), arguments, cancellation, environment: environment);
            if (run.ExitCode != 0)
            {
                throw new PizzeriaException($"The database {database} could not be created with its role as owner: {run.Error}");
            }
        }
        finally
        {
            File.Delete(script);
        }
    }

    // "Fast" shutdown: clients are disconnected, everything committed is on disk. SIGTERM would wait for the clients.
    internal override int StopSignal => Posix.SigInt;

    public override ProgramStart Command =>
        new(
            Path.Combine(Programs, "postgres"),
            "-D",
            Data,
            "-p",
            Port.ToString(),
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

    /// <summary>The major version of PostgreSQL that created the data; null if there are none yet.</summary>
    private string? DataVersion => Path.Combine(Data, "PG_VERSION") is var file && File.Exists(file) ? File.ReadAllText(file).Trim() : null;

    private string Programs =>
        DataVersion is not { } major
            ? ServerPrograms.Postgres() ?? throw NotInstalled(Kind)
            : ServerPrograms.Postgres(major)
                ?? throw new PizzeriaException(
                    $"The data in {Data} was created by PostgreSQL {major}, which is not installed. Install it, or start with new data: ./pizzeria up --fresh"
                );

    private protected override async Task PrepareFilesAsync(CancellationToken cancellation)
    {
        if (DataVersion is not null)
        {
            return;
        }

        // An interrupted initdb leaves a folder that a second initdb refuses, and it writes PG_VERSION first. So initdb creates the data in
        // another folder, which gets its final name when the data are complete.
        Files.DeleteFolder(Data);
        DeleteDrafts();
        var draft = Path.Combine(Folder, IncompleteDataSuffix + RandomNumberGenerator.GetHexString(8, lowercase: true));
        var passwordFile = Path.Combine(Folder, "password");
        WriteSecret(passwordFile, Password + "\n");
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
        var made = await ChildProcess.RunAsync(Path.Combine(Programs, "initdb"), arguments, cancellation, RunAs);
        File.Delete(passwordFile);
        if (made.ExitCode != 0)
        {
            throw new PizzeriaException($"PostgreSQL's initdb failed:\n{made.All}");
        }

        Directory.Move(draft, Data);
    }

    private void DeleteDrafts()
    {
        foreach (var draft in Directory.EnumerateDirectories(Folder, IncompleteDataSuffix + "*"))
        {
            try
            {
                Directory.Delete(draft, recursive: true);
            }
            catch (IOException)
            {
                // Another process still writes there; the folder can stay.
            }
        }
    }

    public override async Task<bool> AnswersAsync(CancellationToken cancellation) =>
        await ReadyPidAsync(cancellation) is not null && await LoopbackPort.AnswersAsync(Port, cancellation);

    private protected override async Task<bool> IsReadyAsync(CancellationToken cancellation) =>
        await ReadyPidAsync(cancellation) == Process!.Id.ToString();

    /// <summary>The pid of the ready server of these data; null if there is none.</summary>
    private async Task<string?> ReadyPidAsync(CancellationToken cancellation)
    {
        // The file pg_ctl -w watches: line 1 is the pid, line 8 the state.
        try
        {
            var lines = await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid"), cancellation);
            return lines.Length >= 8 && lines[7].Trim() == "ready" ? lines[0] : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    // After a SIGKILL the sessions of the old server run for a moment longer and still hold its memory or its pid file.
    private protected override bool EndedTemporarily() =>
        Files.Tail(LogFile, 4) is var end
        && (
            end.Contains("pre-existing shared memory block")
            || end.Contains("lock file \"postmaster.pid\" already exists")
            || end.Contains("Is another postmaster")
        );
}
