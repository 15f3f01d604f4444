namespace MariosPizzeria.ServiceDefaults.Documents.Mongo;

/// <summary>
/// Numbers that put stored events in order: the moment, and where several fall into one, the next free number. Exact within a
/// process; between processes as exact as their clocks, which is all that "oldest first" needs.
/// </summary>
internal sealed class OutboxClock(TimeProvider time)
{
    private long _last;

    /// <summary>The moment as the numbers count it: 100 ns since year 1, UTC.</summary>
    public long Now => time.GetUtcNow().UtcTicks;

    /// <summary>A number larger than any that this process had before.</summary>
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
