namespace MariosPizzeria.Simulation.Scheduling;

/// <summary>
/// One lifetime of a replica: the synchronization context in which all of its code runs. When it dies, none of its code runs again;
/// incomplete work stays as it is.
/// </summary>
internal sealed class SimulatedProcess : SynchronizationContext
{
    private readonly EventLoop _loop;
    private readonly List<Action> _onDeath = [];
    private readonly List<EventLoop.Work> _heldBack = [];
    private DateTimeOffset _asleepUntil;

    public SimulatedProcess(EventLoop loop, string name, string type, int life, TimeSpan clockError)
    {
        (_loop, Name, Type, Life) = (loop, name, type, life);
        Time = new(loop, this, clockError);
    }

    /// <summary>The name of the replica, <c>order-1</c>.</summary>
    public string Name { get; }

    /// <summary>The process type, <c>order</c>.</summary>
    public string Type { get; }

    /// <summary>The number of the replica's lifetime, from 1.</summary>
    public int Life { get; }

    /// <summary>The clock of the process.</summary>
    public SimulatedTime Time { get; }

    public bool IsDead { get; private set; }

    /// <summary>Queues work to run in its context.</summary>
    /// <remarks>An exception in the work ends the run: the product and the world must handle their exceptions.</remarks>
    public void Run(Func<Task> work) => _loop.Enqueue(this, _ => _ = GuardAsync(work), state: null, inContext: true);

    /// <summary>Registers a callback that runs when the process dies.</summary>
    public void OnDeath(Action callback) => _onDeath.Add(callback);

    /// <summary>Removes a callback from those that run when the process dies.</summary>
    public void ForgetOnDeath(Action callback) => _onDeath.Remove(callback);

    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e)
        {
            _loop.Fail($"{Name} failed: {e}");
        }
    }

    /// <summary>Ends the process immediately, as SIGKILL does.</summary>
    public void Die()
    {
        IsDead = true;
        foreach (var callback in _onDeath.ToList())
        {
            callback();
        }

        _onDeath.Clear();
        _heldBack.Clear();
    }

    /// <summary>Suspends the process for a time, as when its machine is suspended.</summary>
    public void Sleep(TimeSpan time, SimulatedProcess world)
    {
        var until = _loop.Now + time;
        if (until <= _asleepUntil)
        {
            return;
        }

        _asleepUntil = until;
        world.Time.After(
            time,
            () =>
            {
                if (_loop.Now >= _asleepUntil)
                {
                    _heldBack.ForEach(_loop.Resume);
                    _heldBack.Clear();
                }
            }
        );
    }

    /// <summary>Keeps a work item until the process wakes; returns false if the process is awake.</summary>
    public bool HoldsBack(EventLoop.Work work)
    {
        if (_loop.Now >= _asleepUntil)
        {
            return false;
        }

        _heldBack.Add(work);
        return true;
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!IsDead && !_loop.IsOver)
        {
            _loop.Enqueue(this, d, state, inContext: true);
        }
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Nothing may wait for work of a process on its only thread.");

    public override SynchronizationContext CreateCopy() => this;
}
