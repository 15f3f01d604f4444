using System.Data.Common;

namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>Accesses a PostgreSQL database with PostgreSQL's command-line tools, which are installed with it.</summary>
internal sealed class Psql
{
    private readonly string _programs;
    private readonly Dictionary<string, string?> _environment;

    private Psql(string programs, DbConnectionStringBuilder address)
    {
        _programs = programs;
        _environment = new()
        {
            ["PGHOST"] = (string)address["Host"],
            ["PGPORT"] = (string)address["Port"],
            ["PGUSER"] = (string)address["Username"],
            ["PGPASSWORD"] = (string)address["Password"],
            ["PGDATABASE"] = (string)address["Database"],
            ["PGTZ"] = "UTC",
        };
    }

    /// <summary>The database of a connection string; null if that is for another kind of database.</summary>
    public static Psql? Of(string? connectionString) =>
        connectionString?.StartsWith("Host=") == true && ServerPrograms.Postgres() is { } programs
            ? new(programs, new DbConnectionStringBuilder { ConnectionString = connectionString })
            : null;

    public bool Has(string tool) => File.Exists(Path.Combine(_programs, tool));

    /// <summary>Runs SQL; several statements are one transaction.</summary>
    /// <returns>The rows: one per line, columns separated by tabs.</returns>
    /// <exception cref="PizzeriaException">The tool failed.</exception>
    public Task<string> RunAsync(string sql, CancellationToken cancellation) =>
        RunToolAsync("psql", ["-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", sql], cancellation);

    /// <summary>Runs one of PostgreSQL's tools on the database.</summary>
    /// <returns>The output of the tool.</returns>
    /// <exception cref="PizzeriaException">The tool failed.</exception>
    public async Task<string> RunToolAsync(string tool, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var run = await ChildProcess.RunAsync(Path.Combine(_programs, tool), arguments, cancellation, environment: _environment);
        return run.ExitCode == 0 ? run.Output : throw new PizzeriaException($"{tool} failed: {run.All}");
    }

    /// <summary>Fills a table by COPY, in one transaction.</summary>
    /// <param name="write">Writes the rows in the text format of COPY.</param>
    /// <exception cref="PizzeriaException">The tool failed.</exception>
    public async Task CopyAsync(string table, Func<Stream, Task> write, CancellationToken cancellation)
    {
        var info = new ProcessStartInfo(
            Path.Combine(_programs, "psql"),
            ["-Xq", "-v", "ON_ERROR_STOP=1", "-c", $"copy \"{table}\" from stdin"]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _environment)
        {
            info.Environment[name] = value;
        }

        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await using (var rows = process.StandardInput.BaseStream)
            {
                await write(rows);
            }
        }
        catch (IOException)
        {
            // psql has ended; its error output contains the reason.
        }

        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            throw new PizzeriaException($"{table} could not be filled: {await error}");
        }
    }
}
