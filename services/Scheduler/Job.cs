using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MariosPizzeria.Contracts;

namespace MariosPizzeria.Scheduler;

/// <summary>A job that is due at regular times. The times depend only on the clock, so every scheduler computes the same ones.</summary>
public sealed record Job
{
    private readonly Func<DateTimeOffset, DateTimeOffset> _lastDue;
    private readonly Func<DateTimeOffset, DateTimeOffset> _nextDue;

    private Job(string name, Func<DateTimeOffset, DateTimeOffset> lastDue, Func<DateTimeOffset, DateTimeOffset> nextDue) =>
        (Name, _lastDue, _nextDue) = (name, lastDue, nextDue);

    /// <summary>The name under which the service that does the work knows the job.</summary>
    public string Name { get; }

    /// <summary>Creates a job that is due at every multiple of an interval, counted from midnight UTC of the year 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The interval is not positive.</exception>
    public static Job Every(TimeSpan interval, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        return Regular(name, interval, TimeSpan.Zero);
    }

    /// <summary>Creates a job that is due once a day, at a time in UTC.</summary>
    public static Job Daily(TimeOnly at, string name) => Regular(name, TimeSpan.FromDays(1), at.ToTimeSpan());

    /// <summary>Creates a job that is due once a business day, a fixed time after the day began.</summary>
    /// <param name="after">The time after the beginning of the day; less than the shortest day.</param>
    /// <param name="name">The name under which the service that does the work knows the job.</param>
    public static Job EachBusinessDay(BusinessDays days, TimeSpan after, string name) =>
        new(name, now => days.StartOf(days.DayOf(now - after)) + after, now => days.EndOf(days.DayOf(now - after)) + after);

    /// <summary>Returns when the job was due last, including now.</summary>
    public DateTimeOffset LastDue(DateTimeOffset now) => _lastDue(now);

    /// <summary>Returns when the job will be due next, excluding now.</summary>
    public DateTimeOffset NextDue(DateTimeOffset now) => _nextDue(now);

    /// <summary>Returns the id of the event for a due time: the same for the same time, in every scheduler.</summary>
    public Guid EventId(DateTimeOffset dueAt) =>
        new(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Name}\n{dueAt.UtcTicks}"))).AsSpan(0, 16)
        );

    private static Job Regular(string name, TimeSpan interval, TimeSpan offset)
    {
        return new(name, LastDue, now => LastDue(now) + interval);

        DateTimeOffset LastDue(DateTimeOffset now)
        {
            var ticks = now.UtcTicks - offset.Ticks;
            return new(ticks - (ticks % interval.Ticks) + offset.Ticks, TimeSpan.Zero);
        }
    }
}
