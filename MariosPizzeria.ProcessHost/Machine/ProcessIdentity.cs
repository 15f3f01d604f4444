using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;

namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>
/// One process, for good: a pid alone is used again after a while, pid and start time together are not.
/// </summary>
/// <param name="Pid">The process id.</param>
/// <param name="Started">Linux: clock ticks since boot, with the boot's id; elsewhere the start time.</param>
internal sealed record ProcessIdentity(int Pid, string Started)
{
    private static readonly Lazy<string> BootId = new(() =>
        File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : ""
    );

    /// <summary>The living process with this pid; null when there is none (a zombie is none).</summary>
    public static ProcessIdentity? Of(int pid)
    {
        if (pid <= 0)
        {
            return null;
        }

        return OperatingSystem.IsLinux() ? OfLinux(pid) : OfOther(pid);
    }

    /// <summary>What stands before the slash of <see cref="Started"/> on Linux.</summary>
    public static string Boot => BootId.Value;

    [JsonIgnore]
    public bool IsAlive => Of(Pid) == this;

    /// <summary>Whether somebody has stopped it (SIGSTOP): it acts on no signal but SIGKILL and SIGCONT.</summary>
    [JsonIgnore]
    public bool IsStopped => IsAlive && OperatingSystem.IsLinux() && StatOf(Pid) is ["T", ..];

    /// <summary>Sends the signal if, and only if, the process that was meant is still there.</summary>
    public bool Signal(int signal) => IsAlive && Posix.Signal(Pid, signal);

    /// <summary>
    /// Asks it to end by the signal. One that is stopped could not, and what it had in hand waits as long as it does: SIGKILL.
    /// </summary>
    public bool End(int signal) => Signal(IsStopped ? Posix.SigKill : signal);

    /// <summary>Every living process of this machine with its parent's id; Linux only.</summary>
    public static Dictionary<int, int> ParentsByPid() =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0)
            .Select(pid => (pid, Stat: StatOf(pid)))
            .Where(each => each.Stat is not (null or ["Z" or "X", ..]))
            .ToDictionary(each => each.pid, each => int.Parse(each.Stat![1], CultureInfo.InvariantCulture));

    private static ProcessIdentity? OfLinux(int pid) =>
        StatOf(pid) is { } fields && fields[0] is not ("Z" or "X") ? new ProcessIdentity(pid, $"{Boot}/{fields[19]}") : null;

    /// <summary>The fields of <c>/proc/{pid}/stat</c> from the state on (proc(5)); null when there is no such process.</summary>
    private static string[]? StatOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            // "pid (name) state ppid …": the name may hold spaces and brackets, so count from the last bracket.
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static ProcessIdentity? OfOther(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.HasExited
                ? null
                : new ProcessIdentity(pid, process.StartTime.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }
}
