namespace MariosPizzeria.Contracts;

/// <summary>
/// The opening hours: periods that repeat every week, in the shop's local time. Periods that touch or overlap are merged. If the clocks
/// change within a period, it becomes longer or shorter accordingly.
/// </summary>
/// <param name="periods">The periods, which must be valid; an empty list means that the shop stays closed.</param>
public sealed class OpeningHours(IReadOnlyList<OpeningPeriod> periods)
{
    /// <summary>The maximum number of periods in a week.</summary>
    public const int MaxPeriods = 50;

    // From yesterday, because a period can last until the next day, to more than a week ahead, so that every period occurs once.
    private const int FirstDay = -1;
    private const int LastDay = 9;

    private static readonly Weekday[] Week = Enum.GetValues<Weekday>();

    /// <summary>Open day and night.</summary>
    public static OpeningHours Always { get; } = new([.. Week.Select(day => new OpeningPeriod(day, "00:00", "24:00"))]);

    /// <summary>The periods, in the given order.</summary>
    public IReadOnlyList<OpeningPeriod> Periods => periods;

    /// <summary>
    /// Reads <c>mon-fri 11:00-14:00,18:00-23:00;sat 11:00-01:00</c>: entries separated by <c>;</c>, each with days (one, several separated
    /// by commas, or a range) and times.
    /// </summary>
    /// <returns>Null if the text has another format, or more than <see cref="MaxPeriods"/> periods.</returns>
    public static OpeningHours? Parse(string text)
    {
        var periods = new List<OpeningPeriod>();
        foreach (var entry in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (
                entry.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var days, var times]
                || DaysOf(days) is not { } on
                || TimesOf(times) is not { } between
            )
            {
                return null;
            }

            periods.AddRange(on.SelectMany(day => between.Select(time => new OpeningPeriod(day, time.From, time.To))));
        }

        return periods.Count is > 0 and <= MaxPeriods ? new(periods) : null;
    }

    /// <summary>Returns the day of the week for a name, <c>mon</c> or <c>monday</c>, in any case; null for any other text.</summary>
    public static Weekday? DayOf(string? name) =>
        Week.Select(day => (Weekday?)day)
            .FirstOrDefault(day =>
                string.Equals(name, day.ToString(), StringComparison.OrdinalIgnoreCase)
                || string.Equals(name, ((DayOfWeek)(((int)day! + 1) % Week.Length)).ToString(), StringComparison.OrdinalIgnoreCase)
            );

    /// <summary>Whether the shop is open at an instant: from the start of a period until before its end.</summary>
    public bool IsOpenAt(DateTimeOffset instant, BusinessDays days)
    {
        // This runs for every order, so it checks only the periods that can contain the instant.
        var today = Today(instant, days);
        foreach (var day in (ReadOnlySpan<DateOnly>)[today, today.AddDays(-1)])
        {
            foreach (var period in periods)
            {
                if (period.Day == OfDate(day.DayOfWeek) && period.On(day, days) is var (from, to) && from <= instant && instant < to)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Returns the end of the period that contains an instant; null if there is none, or if the shop never closes.</summary>
    public DateTimeOffset? ClosesAt(DateTimeOffset instant, BusinessDays days) =>
        PeriodAt(instant, days) is { } period && period.To < days.At(Today(instant, days).AddDays(LastDay - 1), TimeOnly.MinValue)
            ? period.To
            : null;

    /// <summary>Returns when the shop opens next; null if it is open at the instant, or never opens.</summary>
    public DateTimeOffset? OpensAt(DateTimeOffset instant, BusinessDays days)
    {
        var around = Around(instant, days);
        return around.Exists(period => period.From <= instant && instant < period.To)
            ? null
            : around.Where(period => period.From > instant).Select(period => (DateTimeOffset?)period.From).FirstOrDefault();
    }

    /// <summary>Returns the hours in the format of <see cref="Parse"/>. Consecutive days with the same times are combined.</summary>
    public override string ToString()
    {
        var entries = new List<(Weekday First, Weekday Last, string Times)>();
        foreach (var day in Week)
        {
            var times = string.Join(",", periods.Where(period => period.Day == day).Select(period => $"{period.From}-{period.To}"));
            if (times.Length > 0 && entries.Count > 0 && entries[^1].Times == times && entries[^1].Last == day - 1)
            {
                entries[^1] = (entries[^1].First, day, times);
            }
            else if (times.Length > 0)
            {
                entries.Add((day, day, times));
            }
        }

        return string.Join(
            ";",
            entries.Select(entry =>
                entry.First == entry.Last
                    ? $"{PizzeriaJson.Text(entry.First)} {entry.Times}"
                    : $"{PizzeriaJson.Text(entry.First)}-{PizzeriaJson.Text(entry.Last)} {entry.Times}"
            )
        );
    }

    private static DateOnly Today(DateTimeOffset instant, BusinessDays days) => DateOnly.FromDateTime(days.Local(instant).DateTime);

    private static Weekday OfDate(DayOfWeek day) => (Weekday)(((int)day + 6) % 7);

    private static IEnumerable<Weekday>? DaysOf(string text)
    {
        var days = new List<Weekday>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || DayOf(ends[0]) is not { } first || DayOf(ends[^1]) is not { } last)
            {
                return null;
            }

            for (var day = first; ; day = Week[((int)day + 1) % Week.Length])
            {
                days.Add(day);
                if (day == last)
                {
                    break;
                }
            }
        }

        return days.Distinct();
    }

    private static List<(string From, string To)>? TimesOf(string text)
    {
        var times = new List<(string, string)>();
        foreach (var part in text.Split(','))
        {
            if (part.Split('-') is not [var from, var to] || !OpeningPeriod.IsStart(from) || !OpeningPeriod.IsEnd(to))
            {
                return null;
            }

            times.Add((from, to));
        }

        return times;
    }

    private (DateTimeOffset From, DateTimeOffset To)? PeriodAt(DateTimeOffset instant, BusinessDays days)
    {
        foreach (var period in Around(instant, days))
        {
            if (period.From <= instant && instant < period.To)
            {
                return period;
            }
        }

        return null;
    }

    // The periods around an instant, sorted; those that touch are merged.
    private List<(DateTimeOffset From, DateTimeOffset To)> Around(DateTimeOffset instant, BusinessDays days)
    {
        var today = Today(instant, days);
        var merged = new List<(DateTimeOffset From, DateTimeOffset To)>();
        foreach (
            var period in Enumerable
                .Range(FirstDay, LastDay - FirstDay + 1)
                .Select(today.AddDays)
                .SelectMany(day => periods.Where(period => period.Day == OfDate(day.DayOfWeek)).Select(period => period.On(day, days)))
                .Where(period => period.From < period.To) // Excludes a period within the hour that is skipped in spring.
                .OrderBy(period => period.From)
        )
        {
            if (merged.Count > 0 && period.From <= merged[^1].To)
            {
                merged[^1] = (merged[^1].From, period.To > merged[^1].To ? period.To : merged[^1].To);
            }
            else
            {
                merged.Add(period);
            }
        }

        return merged;
    }
}
