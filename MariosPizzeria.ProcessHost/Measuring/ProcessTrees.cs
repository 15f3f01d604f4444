namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>
/// The resource usage of process trees, by name: a process type with all its replicas, or a server. Linux only; elsewhere all is zero.
/// </summary>
/// <param name="roots">The pids at the trees' roots.</param>
internal sealed class ProcessTrees(IReadOnlyDictionary<string, int[]> roots)
{
    /// <summary>Returns the same trees and one more.</summary>
    public ProcessTrees With(string name, int root) => new(new Dictionary<string, int[]>(roots) { [name] = [root] });

    /// <summary>
    /// Processor time in microseconds, user and system, by name, of every process of a tree and of their children that have ended and
    /// were waited for (PostgreSQL has one child per connection).
    /// </summary>
    /// <exception cref="PizzeriaException">A root has ended, so that the usage of its tree is unknown.</exception>
    public IReadOnlyDictionary<string, double> ProcessorTime()
    {
        var processes = All();
        return roots.ToDictionary(
            tree => tree.Key,
            tree =>
                Members(tree.Key, tree.Value, processes)
                    .Sum(stat => ProcFileSystem.ProcessorTime(stat, withEndedChildren: true).TotalMicroseconds)
        );
    }

    /// <summary>Memory in MiB of all trees together, each shared page divided among the processes that share it (PSS).</summary>
    public double ProportionalMegabytes()
    {
        const string Field = "Pss:";
        var processes = All();
        var kilobytes = roots
            .SelectMany(tree => MemberPids(tree.Value, processes))
            .Select(pid => ProcFileSystem.Read(pid, "smaps_rollup").Split('\n').FirstOrDefault(line => line.StartsWith(Field)))
            .Sum(line => line is null ? 0 : long.Parse(line[Field.Length..].Replace("kB", "").Trim(), CultureInfo.InvariantCulture));
        return kilobytes / 1024.0;
    }

    private static Dictionary<int, string[]> All() =>
        ProcFileSystem
            .Pids()
            .Select(pid => (pid, stat: ProcFileSystem.Stat(pid)))
            .Where(process => process.stat is not null)
            .ToDictionary(process => process.pid, process => process.stat!);

    private static IEnumerable<string[]> Members(string name, int[] roots, Dictionary<int, string[]> processes) =>
        OperatingSystem.IsLinux() && roots.Any(root => !processes.ContainsKey(root))
            ? throw new PizzeriaException($"A process of {name} ended while it was measured.")
            : MemberPids(roots, processes).Select(pid => processes[pid]);

    private static IEnumerable<int> MemberPids(int[] roots, Dictionary<int, string[]> processes)
    {
        return processes.Keys.Where(IsMember);

        bool IsMember(int pid) => roots.Contains(pid) || (processes.TryGetValue(pid, out var stat) && IsMember(int.Parse(stat[1])));
    }
}
