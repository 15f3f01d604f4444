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

/// <summary>The record of what was started, so that a later host, or <c>down</c>, can end what a killed host left behind, and nothing else.</summary>
internal sealed class ProcessRegistry(StateFolder state)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private readonly Lock _lock = new();
    private readonly List<StartedProcess> _started = StateFolder.Read<List<StartedProcess>>(state.Processes) ?? [];

    /// <summary>Records a process that was just started.</summary>
    public void Add(string name, Role role, int pid, int stopSignal)
    {
        if (ProcessIdentity.Of(pid) is not { } identity)
        {
            return; // ended already
        }

        lock (_lock)
        {
            _started.RemoveAll(s => !s.Process.IsAlive);
            _started.Add(new StartedProcess(name, role, identity, stopSignal));
            StateFolder.Write(state.Processes, _started);
        }
    }

    /// <summary>Those that still live.</summary>
    public IReadOnlyList<StartedProcess> Living()
    {
        lock (_lock)
        {
            return [.. _started.Where(s => s.Process.IsAlive)];
        }
    }

    /// <summary>Ends, in order and gracefully, all that still lives; what has not ended after 40 seconds is killed.</summary>
    public async Task EndAllAsync(Action<string> report)
    {
        foreach (var stage in Living().GroupBy(s => s.Role).OrderBy(g => g.Key))
        {
            StartedProcess[] ending = [.. stage];
            foreach (var process in ending)
            {
                report($"ending {process.Name}, left behind by an earlier host");
                process.Process.Signal(process.StopSignal);
            }

            var deadline = DateTime.UtcNow + Patience;
            while (ending.Any(p => p.Process.IsAlive))
            {
                if (DateTime.UtcNow > deadline)
                {
                    Array.ForEach(ending, p => p.Process.Signal(Posix.SigKill));
                }

                await Task.Delay(50);
            }
        }

        lock (_lock)
        {
            _started.Clear();
            StateFolder.Write(state.Processes, _started);
        }
    }
}
