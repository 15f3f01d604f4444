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
}

/// <summary>The only place that starts the processes and servers of a running system.</summary>
internal static class Child
{
    // Only one start at a time: while a socket is being handed over, its inheritable descriptor must reach that child alone.
    private static readonly Lock Spawning = new();

    // bash, for dash knows one-digit descriptors only and loses variables whose names it finds odd. $0 is the log, $1 the socket's
    // descriptor or empty; the socket becomes 3 and stays open under no other number.
    private const string Wrapper = """
        fd=$1; shift
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

                foreach (var argument in AsUser(start.RunAs))
                {
                    info.ArgumentList.Add(argument);
                }

                info.ArgumentList.Add(start.File);
                foreach (var argument in start.Arguments)
                {
                    info.ArgumentList.Add(argument);
                }

                return Process.Start(info)!;
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

    /// <summary>Starts a program that outlives its starter: with nothing of its terminal and none of its open files.</summary>
    public static Process StartDetached(string file, IEnumerable<string> arguments, string logFile)
    {
        const string CloseAllAndAppendToLog = """
            for fd in /dev/fd/*; do fd=${fd##*/}; if [ "$fd" -gt 2 ]; then eval "exec $fd<&-" 2>/dev/null; fi; done
            exec "$@" </dev/null >>"$0" 2>&1
            """;
        return Process.Start(
            new ProcessStartInfo("bash", ["-c", CloseAllAndAppendToLog, logFile, file, .. arguments]) { WorkingDirectory = "/" }
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

    private static string[] AsUser(string? user) =>
        user is null ? [] : ["setpriv", $"--reuid={user}", $"--regid={user}", "--init-groups", "--"];
}

/// <summary>How a tool ended and what it wrote.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error)
{
    public string All => (Output + Error).Trim();
}
