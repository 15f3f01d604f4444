namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>Reads what Linux has on its processes under /proc (proc(5)); nothing without /proc, or for a process that has ended.</summary>
internal static class ProcFileSystem
{
    /// <summary>The unit of times in <c>stat</c>: USER_HZ is 100 on every architecture that .NET runs on.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    public static IEnumerable<int> Pids() =>
        Files.FoldersIn("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out var pid) ? pid : 0).Where(pid => pid > 0);

    /// <summary>The text of one of a process's files; "" if it cannot be read.</summary>
    public static string Read(int pid, string file) => Try(() => File.ReadAllText($"/proc/{pid}/{file}")) ?? "";

    /// <summary>The fields of <c>stat</c> from the state on (index: number in proc(5) less 3); null if there is no such process.</summary>
    public static string[]? Stat(int pid)
    {
        var stat = Read(pid, "stat");
        // "pid (name) state ppid …": the name may contain spaces and brackets, so the fields are counted from the last bracket.
        return stat.Length == 0 ? null : stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

    /// <summary>Processor time, user and system, by the fields that <see cref="Stat"/> returns.</summary>
    /// <param name="withEndedChildren">Whether to add that of child processes which have ended and were waited for.</param>
    public static TimeSpan ProcessorTime(string[] stat, bool withEndedChildren = false)
    {
        const int UserTime = 11;
        return Tick * stat.Skip(UserTime).Take(withEndedChildren ? 4 : 2).Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
    }

    /// <summary>The working directory of the process.</summary>
    public static string? WorkingFolder(int pid) => Try(() => new FileInfo($"/proc/{pid}/cwd").LinkTarget);

    /// <summary>The targets of the process's descriptors: <c>socket:[4711]</c>, <c>/var/log/x</c>.</summary>
    public static IReadOnlyList<string?> OpenFiles(int pid) =>
        Try(() => new DirectoryInfo($"/proc/{pid}/fd").EnumerateFiles().Select(descriptor => descriptor.LinkTarget).ToList()) ?? [];

    /// <summary>
    /// Whether the process was started with the variable. Child processes inherit it and keep it after the parent's end. Redis and
    /// PostgreSQL overwrite their environment, and are recognized only as children of a process with the variable.
    /// </summary>
    public static bool HasVariable(int pid, string name, string value) => $"\0{Read(pid, "environ")}".Contains($"\0{name}={value}\0");

    private static T? Try<T>(Func<T> read)
        where T : class?
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // The process has ended, or belongs to another user.
        }
    }
}
