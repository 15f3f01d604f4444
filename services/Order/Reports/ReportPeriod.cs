using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.OrderService.Reports;

/// <summary>The query string of a report.</summary>
public sealed record PeriodQuery(
    [property: FromQuery(Name = "from"), Description("The first day, such as 2026-03-01.")] string? From,
    [property: FromQuery(Name = "to"), Description("The last day.")] string? To
);

/// <summary>The business days of a report, both inclusive.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
public sealed record ReportPeriod(DateOnly From, DateOnly To)
{
    // About three years; limits the cost of a report.
    private const int MaxDays = 1100;
    private const int DefaultDays = 30;

    /// <summary>
    /// Parses a period of dates or moments. Without them it is the last 30 days, or starts at <paramref name="otherwiseFrom"/>.
    /// </summary>
    /// <param name="query">The query string.</param>
    /// <param name="days">The business days of the shop, to which moments belong.</param>
    /// <param name="today">The end of a period without an end.</param>
    /// <param name="otherwiseFrom">Returns the start of a period without a start, given its last day.</param>
    public static ReportPeriod Parse(
        PeriodQuery query,
        BusinessDays days,
        DateOnly today,
        ValidationErrors errors,
        Func<DateOnly, DateOnly>? otherwiseFrom = null
    )
    {
        var (begins, ends) = (QueryTimes.Parse(query.From, "from", errors), QueryTimes.Parse(query.To, "to", errors));
        var to = DayOf(ends, days) ?? today;
        var from = DayOf(begins, days) ?? (otherwiseFrom?.Invoke(to) ?? Earlier(to, DefaultDays - 1));
        errors.Require(
            from <= to && (begins is null || ends is null || !begins.Value.IsAfter(ends.Value)),
            "from",
            "must not be later than to"
        );
        errors.Require(to.DayNumber - from.DayNumber < MaxDays, "from", $"must be less than {MaxDays} days before to");
        return new(from, to);
    }

    /// <summary>Returns when a day starts; for days in the first and the last year of the calendar, midnight UTC.</summary>
    public static DateTimeOffset StartOf(DateOnly day, BusinessDays days) => HasStart(day) ? days.StartOf(day) : DailyReport.StartOf(day);

    /// <summary>Returns the bounds of consecutive parts: the start of each, and the end of the last one.</summary>
    public static IReadOnlyList<DateTimeOffset> Bounds(IEnumerable<DateOnly> firstDays, DateOnly last, BusinessDays days) =>
        [
            .. firstDays.Select(day => StartOf(day, days)),
            last == DateOnly.MaxValue ? DateTimeOffset.MaxValue : StartOf(last.AddDays(1), days),
        ];

    /// <summary>Returns the day so many days earlier, but not before the first day of the calendar.</summary>
    public static DateOnly Earlier(DateOnly day, int days) => DateOnly.FromDayNumber(Math.Max(0, day.DayNumber - days));

    /// <summary>Splits the period into buckets; the first and the last one may be shorter than the others.</summary>
    public IEnumerable<(string Name, DateOnly From, DateOnly To)> TruncateToBucket(Bucket bucket)
    {
        for (var from = From; from <= To; )
        {
            var end = bucket switch
            {
                Bucket.Day => from,
                Bucket.Week => Later(from, (7 - (int)from.DayOfWeek) % 7),
                _ => new DateOnly(from.Year, from.Month, DateTime.DaysInMonth(from.Year, from.Month)),
            };
            var to = end < To ? end : To;
            yield return (Name(bucket, from), from, to);
            if (to == To)
            {
                yield break;
            }

            from = to.AddDays(1);
        }
    }

    // Days in the first and the last year of the calendar cannot be converted in every time zone.
    private static bool HasStart(DateOnly day) => day.Year > DateOnly.MinValue.Year && day.Year < DateOnly.MaxValue.Year;

    private static DateOnly? DayOf(QueryTime? time, BusinessDays days) =>
        time is not { } given ? null
        : given.IsDay || !HasStart(given.Day) ? given.Day
        : days.DayOf(given.At);

    private static DateOnly Later(DateOnly day, int days) =>
        DateOnly.FromDayNumber(Math.Min(DateOnly.MaxValue.DayNumber, day.DayNumber + days));

    private static string Name(Bucket bucket, DateOnly day)
    {
        var date = day.ToDateTime(TimeOnly.MinValue);
        return bucket switch
        {
            Bucket.Day => DailyReport.IdOf(day),
            Bucket.Week => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(date):0000}-W{ISOWeek.GetWeekOfYear(date):00}"),
            _ => day.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        };
    }
}

/// <summary>The query string of a time series.</summary>
/// <param name="Bucket">The bucket; days by default.</param>
/// <param name="Period">The period; by default 30 days, 12 weeks or 12 months.</param>
public sealed record TimeseriesQuery(Bucket Bucket, ReportPeriod Period)
{
    private const int DefaultWeeks = 12;
    private const int DefaultMonths = 12;

    /// <summary>Parses the query string; returns all validation errors if it is not valid.</summary>
    public static Result<TimeseriesQuery> Parse(string? bucketText, PeriodQuery query, BusinessDays days, DateOnly today)
    {
        var errors = new ValidationErrors();
        var bucket = string.IsNullOrEmpty(bucketText) ? Bucket.Day : PizzeriaJson.Parse<Bucket>(bucketText);
        errors.Require(bucket is not null, "bucket", "must be day, week or month");
        var period = ReportPeriod.Parse(
            query,
            days,
            today,
            errors,
            bucket switch
            {
                Bucket.Week => to => ReportPeriod.Earlier(to, (((int)to.DayOfWeek + 6) % 7) + (7 * (DefaultWeeks - 1))),
                Bucket.Month => to => FirstOf(to, DefaultMonths),
                _ => null,
            }
        );
        return errors.ToFault() is { } fault ? fault : new TimeseriesQuery(bucket!.Value, period);
    }

    /// <summary>Returns the first day of so many months, the last of which contains <paramref name="to"/>.</summary>
    private static DateOnly FirstOf(DateOnly to, int months)
    {
        var index = Math.Max(0, (to.Year * 12) + to.Month - 1 - (months - 1) - 12) + 12;
        return new(index / 12, (index % 12) + 1, 1);
    }
}
