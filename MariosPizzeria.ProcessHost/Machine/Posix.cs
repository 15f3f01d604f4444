using System.Runtime.InteropServices;

namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>The system calls that .NET has no method for.</summary>
internal static partial class Posix
{
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    public static bool IsRoot => GetEffectiveUserId() == 0;

    /// <summary>Sends a signal. False if there is no such process, or it belongs to another user.</summary>
    public static bool Signal(int pid, int signal) => pid > 1 && Kill(pid, signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    /// <summary>Leaves the parent's terminal and session, so that its Ctrl-C and hang-up signals do not reach this process.</summary>
    [LibraryImport("libc", EntryPoint = "setsid")]
    public static partial int StartSession();

    /// <summary>Returns a second descriptor for the same open file; unlike those that .NET opens, child processes inherit it.</summary>
    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    public static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);
}
