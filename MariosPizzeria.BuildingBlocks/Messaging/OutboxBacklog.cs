namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>
/// How far completing orders is behind accepting them. While the broker answers, the age of the waiting events decides: in the outbox, and
/// in the queues behind it. In an outage all events wait in the outbox, regardless of their age, until their number reaches the bound.
/// Beyond the bound no new order is accepted, so that events wait only seconds.
/// </summary>
public sealed class OutboxBacklog
{
    /// <summary>The maximum number of events; about ten seconds of publishing.</summary>
    public const int Bound = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly BacklogOptions _options;
    private readonly QueueBacklog _queues;
    private readonly TimeProvider _time;
    private long? _measuredAt;
    private bool _isOld;

    internal OutboxBacklog(BacklogOptions options, QueueBacklog queues, TimeProvider time) =>
        (_options, _queues, _time) = (options, queues, time);

    /// <summary>
    /// The number of waiting events at the last measurement, at most <see cref="Bound"/>. Measured about every second while events wait,
    /// otherwise every five seconds.
    /// </summary>
    public int Count { get; private set; }

    /// <summary>The age of the oldest of them at the last measurement; only of events that this build knows.</summary>
    public TimeSpan Age { get; private set; }

    /// <summary>Whether to refuse new work.</summary>
    public bool IsFull => Count >= Bound || _isOld || _queues.MaxQueueAge() is not null;

    /// <summary>Measures the backlog, unless the last measurement is less than a second old.</summary>
    /// <returns>Whether it was measured.</returns>
    internal async Task<bool> MeasureAsync(IOutbox outbox, bool brokerIsThere, CancellationToken cancellationToken)
    {
        if (_measuredAt is { } before && _time.GetElapsedTime(before) < Interval)
        {
            return false;
        }

        Count = await outbox.BacklogAsync(Bound, cancellationToken);
        Age = Count > 0 ? await OldestAgeAsync(outbox, cancellationToken) : TimeSpan.Zero;
        _isOld = brokerIsThere && Age > _options.MaxAge;
        _measuredAt = _time.GetTimestamp();
        return true;
    }

    private async Task<TimeSpan> OldestAgeAsync(IOutbox outbox, CancellationToken cancellationToken) =>
        await outbox.OldestAsync(cancellationToken) is { } storedAt
            ? TimeSpan.FromTicks(Math.Max(0, (_time.GetUtcNow() - storedAt).Ticks))
            : TimeSpan.Zero;
}
