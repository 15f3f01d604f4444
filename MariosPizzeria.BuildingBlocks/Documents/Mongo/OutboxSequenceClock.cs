namespace MariosPizzeria.BuildingBlocks.Documents.Mongo;

/// <summary>
/// Generates the numbers that put stored events in order: the current time, or the next free number if several events have the same time.
/// Exact within a process; between processes as exact as their clocks, which is enough for "oldest first".
/// </summary>
internal sealed class OutboxSequenceClock(TimeProvider time)
{
    private long _last;

    /// <summary>The current time in the unit of the numbers: 100 ns since year 1, UTC.</summary>
    public long Now => time.GetUtcNow().UtcTicks;

    /// <summary>Returns a number larger than all numbers that this process has generated.</summary>
    public long Next()
    {
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(Now, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return next;
            }
        }
    }
}
