using System.Globalization;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>What a process is to the system; it stops in this order.</summary>
internal enum Role
{
    /// <summary>Reached from outside: first to go, so that nobody is let in any more.</summary>
    External,
    Internal,
    Server,
}

/// <summary>One process that this state folder's hosts started.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Role">When it stops.</param>
/// <param name="Process">Which process it is.</param>
/// <param name="StopSignal">What ends it in good order.</param>
internal sealed record StartedProcess(string Name, Role Role, ProcessIdentity Process, int StopSignal);

/// <summary>
/// The record of what was started, so that a later host, or <c>down</c>, can end what a killed host left behind, and nothing else.
/// Each process writes its own record before its program begins; the list beside the records is the previous release's, and that of
/// machines without /proc. Where both are lost, the servers' own pid files are asked.
/// </summary>
internal sealed class ProcessRegistry(StateFolder state)
{
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(40);

    /// <summary>Among the variables of a host and of all that it starts, tools included: which state folder they belong to.</summary>
    private const string Mark = "PIZZERIA_STARTED_BY";

    private readonly Lock _lock = new();
    private readonly List<StartedProcess> _started = StateFolder.Read<List<StartedProcess>>(state.Processes) ?? [];

    /// <summary>The variable that a host of this state folder is started with.</summary>
    public static (string Name, string Value) MarkOf(StateFolder state) => (Mark, state.Path);

    /// <summary>Makes room for a process's record, before it is started.</summary>
    /// <exception cref="IOException">There is no room: it must not be started.</exception>
    public ChildRecord Reserve(string name, Role role, int stopSignal)
    {
        Directory.CreateDirectory(state.ProcessRecords);
        var file = Path.Combine(state.ProcessRecords, name.Replace('/', '.'));
        // One of that name that still lives must not be forgotten because of its successor.
        while (StateFolder.Read<StartedProcess>(file) is { Process.IsAlive: true })
        {
            file += "+";
        }

        if (!File.Exists(file) || new FileInfo(file).Length != ChildRecord.Size)
        {
            File.WriteAllText(file, new string(' ', ChildRecord.Size));
        }

        var entry = string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"name":"{{{name}}}","role":{{{(int)role}}},"stopSignal":{{{stopSignal}}},"process":{"pid":%s,"started":"{{{ProcessIdentity.Boot}}}/%s"}}"""
        );
        return new ChildRecord(file, entry, pid => List(name, role, pid, stopSignal));
    }

    /// <summary>Those that still live.</summary>
    public IReadOnlyList<StartedProcess> Living()
    {
        lock (_lock)
        {
            return [.. _started.Concat(Recorded()).Concat(WithPidFile()).Where(s => s.Process.IsAlive).DistinctBy(s => s.Process)];
        }
    }

    /// <summary>
    /// Ends, in order and gracefully, all that still lives; what has not ended after 40 seconds is killed. First the tools of a host
    /// that was killed, which would go on to change what the next one works with: a build, a migration, an initdb.
    /// </summary>
    /// <returns>Whether there was anything.</returns>
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
            if (Directory.Exists(state.ProcessRecords))
            {
                Directory.Delete(state.ProcessRecords, recursive: true);
            }
        }

        return any;
    }

    private static async Task<bool> EndAsync(List<StartedProcess> ending, Action<string> report)
    {
        foreach (var process in ending)
        {
            report($"ending {process.Name}, left behind by an earlier host");
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

    /// <summary>Notes it in the list too. The record stands already, so a disk that refuses this is no reason to give anything up.</summary>
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
                // The next process's start writes it with the others.
            }
        }
    }

    private IEnumerable<StartedProcess> Recorded() =>
        (Directory.Exists(state.ProcessRecords) ? Directory.EnumerateFiles(state.ProcessRecords) : [])
            .Select(StateFolder.Read<StartedProcess>)
            .OfType<StartedProcess>();

    /// <summary>A server that works in the folder in which its pid file lies; that file alone may name a stranger by now.</summary>
    private IEnumerable<StartedProcess> WithPidFile()
    {
        foreach (var folder in OperatingSystem.IsLinux() ? state.AllData.SelectMany(Directory.EnumerateDirectories) : [])
        {
            foreach (var (file, signal) in BackingServerPidFiles)
            {
                var path = Path.Combine(folder, file);
                if (
                    File.Exists(path)
                    && int.TryParse(File.ReadLines(path).FirstOrDefault(), CultureInfo.InvariantCulture, out var pid)
                    && ProcessIdentity.Of(pid) is { } identity
                    && WorksIn(pid, folder)
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

    private static bool WorksIn(int pid, string folder)
    {
        try
        {
            var works = File.ResolveLinkTarget(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cwd"), returnFinalTarget: false);
            return works is not null && (works.FullName + "/").StartsWith(folder + "/", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // It has ended in between, or is somebody else's.
        }
    }

    /// <summary>What carries the mark and neither is one of these nor was started by one: those end their own.</summary>
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
            where !IsOwned(pid) && MarkedProcesses.HasMark(pid, Mark, state.Path)
            let identity = ProcessIdentity.Of(pid)
            where identity is not null
            select new StartedProcess(MarkedProcesses.NameOf(pid), Role.Internal, identity, Posix.SigTerm),
        ];
    }
}
