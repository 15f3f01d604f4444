namespace MariosPizzeria.ProcessHost.Chaos;

/// <summary>Sends SIGKILL to processes and servers of the system, one after the other.</summary>
/// <param name="readStatus">Reads the status of the system.</param>
/// <param name="plan">The targets to kill.</param>
/// <param name="every">The mean time between two kills; each interval is 0.5 to 1.5 times as long.</param>
/// <param name="random">Determines the intervals.</param>
/// <param name="report">Called for each kill.</param>
internal sealed class Killer(Func<Task<SystemStatus>> readStatus, KillPlan plan, TimeSpan every, Random random, Action<string> report)
{
    /// <summary>The longest time without a target that can be killed. It is long enough for a server that recovers.</summary>
    private static readonly TimeSpan ReturnTimeout = TimeSpan.FromMinutes(3);

    /// <summary>
    /// While more than this share of all processes and servers is starting, none is killed. A start takes seconds of processor time; if
    /// processes are killed faster than the machine can start them, it does nothing but start them.
    /// </summary>
    private const double MaxStartingShare = 0.25;

    private readonly Dictionary<string, int> _lastPids = [];

    /// <summary>Kills until it is stopped.</summary>
    /// <exception cref="PizzeriaException">For minutes there was no target that could be killed.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        var last = Stopwatch.GetTimestamp();
        while (true)
        {
            await Task.Delay(every * (0.5 + random.NextDouble()), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
            {
                return;
            }

            if (await KillAsync(plan.Next()))
            {
                last = Stopwatch.GetTimestamp();
            }
            else if (Stopwatch.GetElapsedTime(last) > ReturnTimeout + every)
            {
                throw new PizzeriaException($"No target could be killed for {ReturnTimeout.TotalMinutes:0} minutes.");
            }
        }
    }

    private async Task<bool> KillAsync(string target)
    {
        var everybody = await EverybodyAsync();
        if (everybody.Count(each => !each.IsRunning) > MaxStartingShare * everybody.Count)
        {
            return false;
        }

        var found = everybody.FirstOrDefault(each => each.Name == target);
        if (
            found is not { IsRunning: true, Pid: { } pid }
            || _lastPids.GetValueOrDefault(target) == pid
            || ProcessIdentity.Of(pid)?.Signal(Posix.SigKill) != true
        )
        {
            plan.Skip(target);
            return false;
        }

        _lastPids[target] = pid;
        plan.RecordKill(target);
        report($"SIGKILL {target} (pid {pid})");
        return true;
    }

    /// <summary>
    /// Returns each replica and each server. A target is running if it was ready at some time since its start. It need not be ready at
    /// this moment: a process whose database is down may be killed too.
    /// </summary>
    private async Task<IReadOnlyList<(string Name, int? Pid, bool IsRunning)>> EverybodyAsync()
    {
        var status = await readStatus();
        return
        [
            .. status
                .Processes.Select(p => (Name: $"{p.Name}/{p.Replica}", p.Pid, p.State))
                .Concat(status.Servers.Select(s => (s.Name, s.Pid, s.State)))
                .Select(each => (each.Name, each.Pid, each is { State: "running", Pid: not null })),
        ];
    }
}
