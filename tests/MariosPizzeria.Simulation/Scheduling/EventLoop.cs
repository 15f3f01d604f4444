namespace MariosPizzeria.Simulation.Scheduling;

/// <summary>
/// Decides what runs next, in all processes of a world, on one thread. The seed chooses one work item at a time among those that can
/// run. Time advances only when none can run.
/// </summary>
internal sealed class EventLoop(ulong seed, DateTimeOffset start, bool shuffles)
{
    private readonly SeededRandom _random = new(SeededRandom.Mix(seed, 1));
    private readonly List<Work> _ready = [];
    private readonly PriorityQueue<(SimulatedTimer Timer, int Setting), (long Due, long Order)> _timers = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private volatile string? _failure;
    private int _next;
    private long _set;

    /// <summary>The exact time, without any clock error.</summary>
    public DateTimeOffset Now { get; private set; } = start;

    /// <summary>The number of work items that have run.</summary>
    public long Steps { get; private set; }

    /// <summary>Whether the world has ended: work and timers that its objects still add are dropped.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Adds a work item to those that can run.</summary>
    /// <param name="owner">The process. If it is dead, the work is dropped; if it sleeps, the work waits.</param>
    /// <param name="callback">The work.</param>
    /// <param name="state">The argument of the callback.</param>
    /// <param name="inContext">
    /// True for the owner's own code: its continuations come back to this loop. False for the world's code: continuations of tasks that it
    /// completes run inline on this thread (continuations of libraries that capture no context).
    /// </param>
    public void Enqueue(SimulatedProcess owner, SendOrPostCallback callback, object? state, bool inContext)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            Fail($"{owner.Name} went on outside its thread, where no seed decides: {Environment.StackTrace}");
            return;
        }

        _ready.Add(new(owner, callback, state, inContext));
    }

    /// <summary>Runs the next work item, or advances the time until there is one.</summary>
    /// <returns>False if there is no work before that time.</returns>
    /// <exception cref="InvalidOperationException">A process failed, or code ran on another thread.</exception>
    public bool RunNext(DateTimeOffset until)
    {
        if (_failure is { } failure)
        {
            throw new InvalidOperationException(failure);
        }

        while (_next >= _ready.Count)
        {
            _ready.Clear();
            _next = 0;
            if (!Advance(until))
            {
                return false;
            }
        }

        var work = Take();
        if (work.Owner.IsDead)
        {
            return true;
        }

        if (work.Owner.HoldsBack(work))
        {
            return true;
        }

        Steps++;
        SynchronizationContext.SetSynchronizationContext(work.InContext ? work.Owner : null);
        try
        {
            work.Callback(work.State);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        return true;
    }

    /// <summary>Makes the run end with an exception.</summary>
    public void Fail(string why) => _failure ??= why;

    /// <summary>Ends the world and drops all work.</summary>
    public void End()
    {
        IsOver = true;
        _ready.Clear();
        _timers.Clear();
    }

    public void Set(SimulatedTimer timer, int setting, long due) => _timers.Enqueue((timer, setting), (due, _set++));

    public void Resume(Work work) => _ready.Add(work);

    // In order, items are read from the start of the list; shuffled, the last item replaces the chosen one.
    private Work Take()
    {
        if (!shuffles)
        {
            return _ready[_next++];
        }

        var chosen = _ready.Count == 1 ? 0 : _random.Below(_ready.Count);
        var work = _ready[chosen];
        _ready[chosen] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        return work;
    }

    private bool Advance(DateTimeOffset until)
    {
        while (_timers.TryPeek(out var next, out var when))
        {
            if (next.Timer.Setting != next.Setting || next.Timer.Owner.IsDead)
            {
                _timers.Dequeue();
                continue;
            }

            if (when.Due > until.UtcTicks)
            {
                return false;
            }

            // Collects all timers that are due at this moment, so that the seed decides their order.
            if (when.Due > Now.UtcTicks && _ready.Count > 0)
            {
                return true;
            }

            _timers.Dequeue();
            Now = new(Math.Max(Now.UtcTicks, when.Due), TimeSpan.Zero);
            next.Timer.BecomeDue();
            if (!_timers.TryPeek(out _, out var following) || following.Due > Now.UtcTicks)
            {
                return true;
            }
        }

        return _ready.Count > 0;
    }

    /// <summary>A work item.</summary>
    internal readonly record struct Work(SimulatedProcess Owner, SendOrPostCallback Callback, object? State, bool InContext);
}
