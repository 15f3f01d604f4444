using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>What to start, and with what.</summary>
internal sealed record ChildStart(string File, params IReadOnlyList<string> Arguments)
{
    public string? WorkingDirectory { get; init; }

    /// <summary>Laid over this process's environment; a null value takes the variable away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>The file stdout and stderr are appended to, without a pipe that a dead host would break.</summary>
    public required string LogFile { get; init; }

    /// <summary>A listening socket to hand over as descriptor 3, the way systemd does (sd_listen_fds(3)).</summary>
    public Socket? Listen { get; init; }

    /// <summary>The user to become; null stays who we are. Needs root.</summary>
    public string? RunAs { get; init; }

    /// <summary>Where it is known on disk before its program begins; null where its starter cannot die before it.</summary>
    public ChildRecord? Record { get; init; }

    /// <summary>The process that starts it, which is this one.</summary>
    public int Host { get; init; } = System.Environment.ProcessId;
}

/// <summary>How a process makes itself known on disk, so that a later host finds it whatever happens to the one that started it.</summary>
/// <param name="File">What it overwrites; it has its size already, so that a full disk cannot refuse it.</param>
/// <param name="Entry">What it writes, with %s for its pid and, after that, for its start time in ticks (printf(1)).</param>
/// <param name="Started">Told of the pid.</param>
internal sealed record ChildRecord(string File, string Entry, Action<int> Started)
{
    /// <summary>The file's size: overwriting it needs no room, and nothing of a longer entry stays.</summary>
    public const int Size = 400;
}

/// <summary>The only place that starts the processes and servers of a running system.</summary>
internal static class Child
{
    // Only one start at a time: while a socket is being handed over, its inheritable descriptor must reach that child alone.
    private static readonly Lock Spawning = new();

    // bash, for dash knows one-digit descriptors only and loses variables whose names it finds odd. $0 is the log, $1 the socket's
    // descriptor or empty; the socket becomes 3 and stays open under no other number. $2 is the record or empty, $3 its entry,
    // $4 its size, $5 the host: a child whose host has died before the record was written goes no further, for a host that came
    // after it may have read the records already. (Where there is no /proc, the host itself notes it once it is started.)
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

    /// <summary>Starts the process; it is in this host's session and its pid is the program's own (every wrapper execs).</summary>
    /// <exception cref="PizzeriaException">The shell that starts it is missing.</exception>
    public static Process Start(ChildStart start)
    {
        var info = new ProcessStartInfo("bash") { WorkingDirectory = start.WorkingDirectory ?? "/" };
        foreach (var (name, value) in start.Environment)
        {
            if (value is null)
            {
                info.Environment.Remove(name);
            }
            else
            {
                info.Environment[name] = value;
            }
        }

        lock (Spawning)
        {
            var descriptor = -1;
            try
            {
                info.ArgumentList.Add("-c");
                info.ArgumentList.Add(Wrapper);
                info.ArgumentList.Add(start.LogFile);
                descriptor = start.Listen is null ? -1 : Posix.Duplicate((int)start.Listen.Handle);
                info.ArgumentList.Add(descriptor < 0 ? "" : descriptor.ToString(CultureInfo.InvariantCulture));
                info.ArgumentList.Add(start.Record?.File ?? "");
                info.ArgumentList.Add(start.Record?.Entry ?? "");
                info.ArgumentList.Add(ChildRecord.Size.ToString(CultureInfo.InvariantCulture));
                info.ArgumentList.Add(start.Host.ToString(CultureInfo.InvariantCulture));

                foreach (var argument in AsUser(start.RunAs))
                {
                    info.ArgumentList.Add(argument);
                }

                info.ArgumentList.Add(start.File);
                foreach (var argument in start.Arguments)
                {
                    info.ArgumentList.Add(argument);
                }

                var process = Process.Start(info)!;
                start.Record?.Started(process.Id);
                return process;
            }
            catch (System.ComponentModel.Win32Exception e)
            {
                throw new PizzeriaException($"{start.File} cannot be started: {e.Message}", e);
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
    /// Starts a program that outlives its starter: with nothing of its terminal and none of its open files. It, and what it starts,
    /// has the mark among its variables.
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
        string[] command = [.. AsUser(runAs), file, .. arguments];
        var info = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = workingDirectory ?? "/",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>(StringComparer.Ordinal))
        {
            info.Environment[name] = value;
        }

        Process? process;
        try
        {
            lock (Spawning)
            {
                process = Process.Start(info)!;
            }
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new PizzeriaException($"{file} cannot be started: {e.Message}", e);
        }

        using (process)
        {
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
    }

    /// <summary>The words before a program that make it run as another user; they exec it.</summary>
    internal static string[] AsUser(string? user) =>
        user is null ? [] : ["setpriv", $"--reuid={user}", $"--regid={user}", "--init-groups", "--"];
}

/// <summary>How a tool ended and what it wrote.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error)
{
    public string All => (Output + Error).Trim();
}
