using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MariosPizzeria.Scheduler;

/// <summary>Something that is due at regular times, which follow from the clock alone: every scheduler reckons the same.</summary>
public sealed record Job
{
    private readonly TimeSpan _interval;
    private readonly TimeSpan _offset;

    private Job(string name, TimeSpan interval, TimeSpan offset) => (Name, _interval, _offset) = (name, interval, offset);

    /// <summary>As the service that does the work knows it.</summary>
    public string Name { get; }

    /// <summary>Due at every multiple of an interval, counted from midnight UTC of the year 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a positive interval.</exception>
    public static Job Every(TimeSpan interval, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        return new(name, interval, TimeSpan.Zero);
    }

    /// <summary>Due once a day, at that time UTC.</summary>
    public static Job Daily(TimeOnly at, string name) => new(name, TimeSpan.FromDays(1), at.ToTimeSpan());

    /// <summary>When it was due last, now included.</summary>
    public DateTimeOffset LastDue(DateTimeOffset now)
    {
        var ticks = now.UtcTicks - _offset.Ticks;
        return new(ticks - (ticks % _interval.Ticks) + _offset.Ticks, TimeSpan.Zero);
    }

    /// <summary>When it will be due next, now excluded.</summary>
    public DateTimeOffset NextDue(DateTimeOffset now) => LastDue(now) + _interval;

    /// <summary>The id of the event that says it is due: the same for the same time, whoever says it.</summary>
    public Guid EventId(DateTimeOffset dueAt) =>
        new(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Name}\n{dueAt.UtcTicks}"))).AsSpan(0, 16)
        );
}
