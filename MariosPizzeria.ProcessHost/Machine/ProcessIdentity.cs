using System.ComponentModel;
using System.Text.Json.Serialization;

namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>
/// Identifies one process: a pid is reused after a while, the pair of pid and start time is not.
/// </summary>
/// <param name="Started">Linux: clock ticks since boot, with the boot's id; elsewhere the start time.</param>
internal sealed record ProcessIdentity(int Pid, string Started)
{
    /// <summary>The running process with this pid; null if there is none (a zombie does not count).</summary>
    public static ProcessIdentity? Of(int pid) =>
        pid <= 0 ? null
        : OperatingSystem.IsLinux() ? OfLinux(pid)
        : OfOther(pid);

    /// <summary>The id of the boot, which is before the slash of <see cref="Started"/> on Linux.</summary>
    public static string Boot { get; } =
        File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";

    [JsonIgnore]
    public bool IsAlive => Of(Pid) == this;

    /// <summary>Whether the process is stopped (SIGSTOP): it reacts to no signal except SIGKILL and SIGCONT.</summary>
    [JsonIgnore]
    public bool IsStopped => IsAlive && OperatingSystem.IsLinux() && ProcFileSystem.Stat(Pid) is ["T", ..];

    /// <summary>The processor time since the start of the process; zero if it has ended, and on other systems than Linux.</summary>
    [JsonIgnore]
    public TimeSpan ProcessorTime => ProcFileSystem.Stat(Pid) is { } fields ? ProcFileSystem.ProcessorTime(fields) : TimeSpan.Zero;

    /// <summary>Sends the signal only if this process still runs, and not to another one with the same pid.</summary>
    public bool Signal(int signal) => IsAlive && Posix.Signal(Pid, signal);

    /// <summary>
    /// Ends the process with the signal. A stopped process could not react and would keep its work waiting, so it gets SIGKILL.
    /// </summary>
    public bool End(int signal) => Signal(IsStopped ? Posix.SigKill : signal);

    /// <summary>Every living process of this machine with its parent's id; Linux only.</summary>
    public static Dictionary<int, int> ParentsByPid() =>
        ProcFileSystem
            .Pids()
            .Select(pid => (pid, Stat: ProcFileSystem.Stat(pid)))
            .Where(each => each.Stat is not (null or ["Z" or "X", ..]))
            .ToDictionary(each => each.pid, each => int.Parse(each.Stat![1]));

    private static ProcessIdentity? OfLinux(int pid) =>
        ProcFileSystem.Stat(pid) is { } fields && fields[0] is not ("Z" or "X") ? new ProcessIdentity(pid, $"{Boot}/{fields[19]}") : null;

    private static ProcessIdentity? OfOther(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.HasExited ? null : new ProcessIdentity(pid, process.StartTime.ToUniversalTime().ToString("O"));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }
}
