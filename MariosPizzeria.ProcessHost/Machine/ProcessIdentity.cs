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

    [JsonIgnore]
    public bool IsAlive => Of(Pid) == this;

    /// <summary>Sends the signal if, and only if, the process that was meant is still there.</summary>
    public bool Signal(int signal) => IsAlive && Posix.Signal(Pid, signal);

    private static ProcessIdentity? OfLinux(int pid)
    {
        string stat;
        try
        {
            stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        }
        catch (IOException)
        {
            return null;
        }

        // "pid (name) state ppid …": the name may hold spaces and brackets, so count from the last bracket.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? null : new ProcessIdentity(pid, $"{BootId.Value}/{fields[19]}");
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
