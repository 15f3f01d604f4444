namespace MariosPizzeria.Contracts;

/// <summary>
/// The shop's business days. A business day begins at the same local time every day, by default at 04:00, so that sales after midnight
/// belong to the evening before. Daily numbers, figures and opening hours use it.
/// </summary>
/// <param name="startsAt">The local time at which a business day begins.</param>
public sealed class BusinessDays(TimeZoneInfo zone, TimeOnly startsAt)
{
    /// <summary>Business days in UTC that begin at 04:00: the default of a shop without configuration.</summary>
    public static BusinessDays Default { get; } = new(TimeZoneInfo.Utc, new TimeOnly(4, 0));

    /// <summary>The shop's time zone.</summary>
    public TimeZoneInfo Zone => zone;

    /// <summary>The local time at which a business day begins.</summary>
    public TimeOnly StartsAt => startsAt;

    /// <summary>The business day to which an instant belongs.</summary>
    public DateOnly DayOf(DateTimeOffset instant)
    {
        var day = DateOnly.FromDateTime(Local(instant).DateTime);

        // Compares instants and not local times: in autumn one hour of local time occurs twice.
        return instant < StartOf(day) ? day.AddDays(-1) : day;
    }

    /// <summary>The instant at which a business day begins.</summary>
    public DateTimeOffset StartOf(DateOnly day) => At(day, startsAt);

    /// <summary>The instant at which a business day ends and the next one begins.</summary>
    public DateTimeOffset EndOf(DateOnly day) => StartOf(day.AddDays(1));

    /// <summary>Converts an instant to the shop's local time.</summary>
    public DateTimeOffset Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, zone);

    /// <summary>
    /// Converts a local time of a calendar day to an instant. A local time that is skipped in spring gives the first instant after the gap;
    /// a local time that occurs twice in autumn gives the first of the two instants.
    /// </summary>
    /// <returns>The instant, in UTC.</returns>
    public DateTimeOffset At(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time);
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
