namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>The role of a process in the system; processes stop in the order of these values.</summary>
internal enum Role
{
    /// <summary>Reachable from outside: stops first, so that no new requests are accepted.</summary>
    External,
    Internal,
    Server,
}

/// <summary>One process that this state folder's hosts started.</summary>
/// <param name="StopSignal">The signal for a graceful shutdown.</param>
internal sealed record StartedProcess(string Name, Role Role, ProcessIdentity Process, int StopSignal);

/// <summary>
/// The record of the started processes, so that a later host, or <c>down</c>, can end those that a killed host left behind, and no
/// others. Each process writes its own record before its program begins. The list beside the records is for the previous release and for
/// machines without /proc. If both are lost, the servers' own pid files are read.
/// </summary>
internal sealed class ProcessRegistry(StateFolder state)
{
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(40);

    /// <summary>An environment variable of a host and of all processes that it starts, tools included: their state folder.</summary>
    private const string Mark = "PIZZERIA_STARTED_BY";

    private readonly Lock _lock = new();
    private readonly List<StartedProcess> _started = StateFolder.Read<List<StartedProcess>>(state.Processes) ?? [];

    /// <summary>The variable that a host of this state folder is started with.</summary>
    public static (string Name, string Value) MarkOf(StateFolder state) => (Mark, state.Path);

    /// <summary>Reserves disk space for a process's record before the process is started.</summary>
    /// <exception cref="IOException">There is no space; the process must not be started.</exception>
    public ChildRecord Reserve(string name, Role role, int stopSignal)
    {
        Directory.CreateDirectory(state.ProcessRecords);
        var file = Path.Combine(state.ProcessRecords, name.Replace('/', '.'));
        // The record of a living process of the same name must not be overwritten by its successor.
        while (StateFolder.Read<StartedProcess>(file) is { Process.IsAlive: true })
        {
            file += "+";
        }

        if (!File.Exists(file) || new FileInfo(file).Length != ChildRecord.Size)
        {
            File.WriteAllText(file, new string(' ', ChildRecord.Size));
        }

        var entry =
            $$$"""{"name":"{{{name}}}","role":{{{(int)role}}},"stopSignal":{{{stopSignal}}},"process":{"pid":%s,"started":"{{{ProcessIdentity.Boot}}}/%s"}}""";
        return new ChildRecord(file, entry, pid => List(name, role, pid, stopSignal));
    }

    public IReadOnlyList<StartedProcess> Living()
    {
        lock (_lock)
        {
            return [.. _started.Concat(Recorded()).Concat(WithPidFile()).Where(s => s.Process.IsAlive).DistinctBy(s => s.Process)];
        }
    }

    /// <summary>
    /// Ends all recorded processes that still run, in order and gracefully; those that have not ended after 40 seconds are killed. The
    /// tools of a killed host (a build, a migration, an initdb) come first, because they would change files and data of the next host.
    /// </summary>
    /// <returns>Whether there was any such process.</returns>
    public async Task<bool> EndAllAsync(Action<string> report)
    {
        var registered = Living();
        var any = await EndAsync(Marked(registered), report);
        foreach (var stage in registered.GroupBy(s => s.Role).OrderBy(g => g.Key))
        {
            any |= await EndAsync([.. stage], report);
        }

        any |= await EndAsync(Marked([]), report);
        lock (_lock)
        {
            _started.Clear();
            File.Delete(state.Processes);
            Files.DeleteFolder(state.ProcessRecords);
        }

        return any;
    }

    private static async Task<bool> EndAsync(List<StartedProcess> ending, Action<string> report)
    {
        foreach (var process in ending)
        {
            report($"stopping {process.Name}, left running by an earlier host");
            process.Process.End(process.StopSignal);
        }

        var deadline = DateTime.UtcNow + StopTimeout;
        while (ending.Any(p => p.Process.IsAlive))
        {
            if (DateTime.UtcNow > deadline)
            {
                ending.ForEach(p => p.Process.Signal(Posix.SigKill));
            }

            await Task.Delay(50);
        }

        return ending.Count > 0;
    }

    /// <summary>Adds the process to the list too. Its record is already on disk, so that a write error is no reason to fail.</summary>
    private void List(string name, Role role, int pid, int stopSignal)
    {
        if (ProcessIdentity.Of(pid) is not { } identity)
        {
            return; // ended already
        }

        lock (_lock)
        {
            _started.RemoveAll(s => !s.Process.IsAlive);
            _started.Add(new StartedProcess(name, role, identity, stopSignal));
            try
            {
                StateFolder.Write(state.Processes, _started);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The start of the next process writes it with the others.
            }
        }
    }

    private IEnumerable<StartedProcess> Recorded() =>
        (Directory.Exists(state.ProcessRecords) ? Directory.EnumerateFiles(state.ProcessRecords) : [])
            .Select(StateFolder.Read<StartedProcess>)
            .OfType<StartedProcess>();

    /// <summary>Finds servers by pid file and working directory; the pid in the file alone may belong to another process by now.</summary>
    private IEnumerable<StartedProcess> WithPidFile()
    {
        foreach (var folder in OperatingSystem.IsLinux() ? state.AllData.SelectMany(Directory.EnumerateDirectories) : [])
        {
            foreach (var (file, signal) in BackingServerPidFiles)
            {
                var path = Path.Combine(folder, file);
                if (
                    File.Exists(path)
                    && int.TryParse(File.ReadLines(path).FirstOrDefault(), out var pid)
                    && ProcessIdentity.Of(pid) is { } identity
                    && (ProcFileSystem.WorkingFolder(pid) + "/").StartsWith(folder + "/")
                )
                {
                    yield return new StartedProcess(Path.GetFileName(folder), Role.Server, identity, signal);
                }
            }
        }
    }

    private static readonly (string File, int StopSignal)[] BackingServerPidFiles =
    [
        ("data/postmaster.pid", Posix.SigInt),
        ("redis.pid", Posix.SigTerm),
        ("pid", Posix.SigTerm),
    ];

    /// <summary>Processes with the mark, except the known ones and their descendants, which the known processes end themselves.</summary>
    private List<StartedProcess> Marked(IReadOnlyList<StartedProcess> known)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        var parents = ProcessIdentity.ParentsByPid();
        var owners = known.Select(k => k.Process.Pid).Append(Environment.ProcessId).ToHashSet();
        bool IsOwned(int pid) => owners.Contains(pid) || (parents.TryGetValue(pid, out var parent) && IsOwned(parent));
        return
        [
            .. from pid in parents.Keys
            where !IsOwned(pid) && ProcFileSystem.HasVariable(pid, Mark, state.Path)
            let identity = ProcessIdentity.Of(pid)
            where identity is not null
            select new StartedProcess(ProcFileSystem.Read(pid, "comm").Trim(), Role.Internal, identity, Posix.SigTerm),
        ];
    }
}
