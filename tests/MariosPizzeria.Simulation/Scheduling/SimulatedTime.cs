namespace MariosPizzeria.Simulation.Scheduling;

/// <summary>A process's clock and timers. The time may be wrong by some seconds; durations are exact.</summary>
internal sealed class SimulatedTime(EventLoop loop, SimulatedProcess owner, TimeSpan error) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => loop.Now + error;

    public override long GetTimestamp() => loop.Now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(loop, owner, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Runs a callback after a time.</summary>
    public void After(TimeSpan time, Action callback) => CreateTimer(_ => callback(), state: null, time, Timeout.InfiniteTimeSpan);
}

/// <summary>A timer that runs its callback on the loop, while its process lives.</summary>
internal sealed class SimulatedTimer(EventLoop loop, SimulatedProcess owner, TimerCallback callback, object? state) : ITimer
{
    private TimeSpan _period = Timeout.InfiniteTimeSpan;

    public SimulatedProcess Owner => owner;

    /// <summary>Increases with each change of the timer; work queued for an earlier setting is ignored.</summary>
    public int Setting { get; private set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Setting++;
        _period = period;
        if (dueTime != Timeout.InfiniteTimeSpan && !loop.IsOver)
        {
            loop.Set(this, Setting, loop.Now.UtcTicks + dueTime.Ticks);
        }

        return true;
    }

    public void BecomeDue()
    {
        var setting = Setting;
        loop.Enqueue(
            owner,
            _ =>
            {
                if (Setting == setting)
                {
                    if (_period > TimeSpan.Zero)
                    {
                        Change(_period, _period);
                    }

                    callback(state);
                }
            },
            state: null,
            inContext: false
        );
    }

    public void Dispose() => Setting++;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
