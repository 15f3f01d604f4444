using System.ComponentModel;
using System.Net.Sockets;

namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>A program to start. If it starts another program in its place, it uses exec, so that the pid stays the same.</summary>
/// <param name="Program">Its full path, or its name in PATH.</param>
/// <param name="Arguments">They must not be secret: every user of the machine can read them.</param>
public sealed record ProgramStart(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>Changes to the environment of the parent process; a null value removes the variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The working directory; null if it does not matter.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The user it runs as; null for the user of the parent process. Requires root.</summary>
    public string? RunAs { get; init; }

    /// <summary>Program and arguments for a parent process that cannot change the user itself; setpriv execs the program.</summary>
    public IReadOnlyList<string> CommandLine =>
        RunAs is null
            ? [Program, .. Arguments]
            : ["setpriv", $"--reuid={RunAs}", $"--regid={RunAs}", "--init-groups", "--", Program, .. Arguments];
}

/// <summary>The record that a process writes to disk, so that a later host finds it even if the host that started it has died.</summary>
/// <param name="File">The file that it overwrites; the file has its final size already, so that the write works on a full disk.</param>
/// <param name="Entry">The content that it writes, with %s for its pid and a second %s for its start time in ticks (printf(1)).</param>
internal sealed record ChildRecord(string File, string Entry, Action<int> Started)
{
    /// <summary>The file's size in bytes: overwriting needs no more space, and nothing of a longer entry remains.</summary>
    public const int Size = 400;
}

/// <summary>The only code that starts the processes and servers of a running system.</summary>
internal static class ChildProcess
{
    // Only one start at a time: while a socket is handed over, only that child may inherit the descriptor.
    private static readonly Lock Spawning = new();

    // bash, because dash supports only descriptors of one digit and drops variables whose names are not valid in a shell. $0 is the log,
    // $1 the socket's descriptor or empty; the socket becomes 3 and stays open under no other number. $2 is the record or empty, $3 its
    // entry, $4 its size, $5 the host. A child exits if its host has died before the record was written, because a later host may have
    // read the records already. (Without /proc the host itself records the process after the start.)
    private const string Wrapper = """
        fd=$1 record=$2 entry=$3 size=$4 host=$5; shift 5
        if [ "$record" ] && [ -r /proc/$$/stat ]; then
          read -ra stat </proc/$$/stat
          printf -v line "$entry" $$ "${stat[21]}"
          printf "%-${size}s" "$line" 1<>"$record" || exit 74
          read -ra stat </proc/$$/stat
          [ "${stat[3]}" = "$host" ] || exit 75
        fi
        if [ "$fd" ]; then
          if [ "$fd" != 3 ]; then exec 3<&"$fd"; eval "exec $fd<&-"; fi
          export LISTEN_FDS=1 LISTEN_PID=$$
        fi
        exec "$@" </dev/null >>"$0" 2>&1
        """;

    /// <summary>Starts the process in this host's session; its pid is the program's own (every wrapper execs).</summary>
    /// <param name="logFile">The file to which stdout and stderr are appended, without a pipe, which would break if the host died.</param>
    /// <param name="record">The record written to disk before the program begins; null if the parent cannot die before the process.</param>
    /// <param name="listen">A listening socket to hand over as descriptor 3, the way systemd does (sd_listen_fds(3)).</param>
    /// <param name="host">The pid of the parent process; null for this process.</param>
    /// <exception cref="PizzeriaException">The shell that starts it is missing.</exception>
    public static Process Start(ProgramStart start, string logFile, ChildRecord? record = null, Socket? listen = null, int? host = null)
    {
        lock (Spawning)
        {
            var descriptor = listen is null ? -1 : Posix.Duplicate((int)listen.Handle);
            try
            {
                string[] arguments =
                [
                    logFile,
                    descriptor < 0 ? "" : $"{descriptor}",
                    record?.File ?? "",
                    record?.Entry ?? "",
                    $"{ChildRecord.Size}",
                    $"{host ?? Environment.ProcessId}",
                    .. start.CommandLine,
                ];
                var info = new ProcessStartInfo("bash", ["-c", Wrapper, .. arguments]) { WorkingDirectory = start.WorkingDirectory ?? "/" };
                var process = Start(info, start.Environment);
                record?.Started(process.Id);
                return process;
            }
            finally
            {
                if (descriptor >= 0)
                {
                    _ = Posix.Close(descriptor);
                }
            }
        }
    }

    /// <summary>
    /// Starts a program that outlives this process, without its terminal and its open files. The program and its child processes have the
    /// mark as an environment variable.
    /// </summary>
    public static Process StartDetached(string file, IEnumerable<string> arguments, string logFile, (string Name, string Value) mark)
    {
        const string CloseAllAndAppendToLog = """
            for fd in /dev/fd/*; do fd=${fd##*/}; if [ "$fd" -gt 2 ]; then eval "exec $fd<&-" 2>/dev/null; fi; done
            exec "$@" </dev/null >>"$0" 2>&1
            """;
        return Process.Start(
            new ProcessStartInfo("bash", ["-c", CloseAllAndAppendToLog, logFile, file, .. arguments])
            {
                WorkingDirectory = "/",
                Environment = { [mark.Name] = mark.Value },
            }
        )!;
    }

    /// <summary>Runs a tool to its end; its output is returned, not shown.</summary>
    /// <exception cref="PizzeriaException">There is no such program.</exception>
    public static async Task<ToolResult> RunAsync(
        string file,
        IEnumerable<string> arguments,
        CancellationToken cancellation,
        string? runAs = null,
        string? workingDirectory = null,
        IReadOnlyDictionary<string, string?>? environment = null
    )
    {
        var command = new ProgramStart(file, [.. arguments]) { RunAs = runAs }.CommandLine;
        var info = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "/",
        };
        using var process = Start(info, environment ?? new Dictionary<string, string?>());
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await process.WaitForExitAsync(cancellation);
            return new ToolResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo info, IReadOnlyDictionary<string, string?> environment)
    {
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        try
        {
            lock (Spawning)
            {
                return Process.Start(info)!;
            }
        }
        catch (Win32Exception e)
        {
            throw new PizzeriaException($"{info.FileName} cannot be started: {e.Message}", e);
        }
    }
}

/// <summary>The exit code and the output of a tool.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error)
{
    public string All => (Output + Error).Trim();
}
