using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Servers;

/// <summary>A private PostgreSQL: scram-sha-256, UTF-8, durable (fsync on), 200 connections.</summary>
public sealed class PostgresServer : BackingServer
{
    private const string Draft = "initdb-";
    private readonly string _data;
    private string _programs = "";

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

    /// <summary>For Npgsql.</summary>
    public string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username={User};Password={Password};Database={database}");

    /// <summary>Makes the database if it is not there.</summary>
    public async Task CreateDatabaseAsync(string database, CancellationToken cancellation)
    {
        var made = await Child.RunAsync(
            Path.Combine(_programs, "createdb"),
            ["-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", User, "--maintenance-db=postgres", database],
            cancellation,
            environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["PGPASSWORD"] = Password, ["LC_ALL"] = "C" }
        );
        if (made.ExitCode != 0 && !made.Error.Contains("already exists", StringComparison.Ordinal))
        {
            throw new PizzeriaException($"The database {database} could not be made: {made.All}");
        }
    }

    // "Fast" shutdown: clients are disconnected, everything committed is on disk. SIGTERM would wait for the clients.
    internal override int StopSignal => Posix.SigInt;

    private protected override async Task PrepareAsync(CancellationToken cancellation)
    {
        var versionFile = Path.Combine(_data, "PG_VERSION");
        var major = File.Exists(versionFile) ? (await File.ReadAllTextAsync(versionFile, cancellation)).Trim() : null;
        _programs =
            ServerPrograms.Postgres(major)
            ?? throw new PizzeriaException(
                major is null
                    ? $"PostgreSQL is not installed. To get it: {Packages.CommandFor([Packages.For(ServerKind.Postgres)])}"
                    : $"The data in {_data} was made by PostgreSQL {major}, which is not installed. Install it, or start afresh: ./pizzeria up --fresh"
            );
        if (major is not null)
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
        var made = await Child.RunAsync(Path.Combine(_programs, "initdb"), arguments, cancellation, RunAs);
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

    private protected override Task<Process> LaunchAsync(CancellationToken cancellation) =>
        Task.FromResult(
            Child.Start(
                new ChildStart(
                    Path.Combine(_programs, "postgres"),
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
                    LogFile = LogFile,
                    Record = Record(),
                }
            )
        );

    private protected override async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        // The file pg_ctl -w watches: line 1 is the pid, line 8 the state.
        try
        {
            var lines = await File.ReadAllLinesAsync(Path.Combine(_data, "postmaster.pid"), cancellation);
            return lines.Length >= 8 && lines[0] == Process!.Id.ToString(CultureInfo.InvariantCulture) && lines[7].Trim() == "ready";
        }
        catch (IOException)
        {
            return false;
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
