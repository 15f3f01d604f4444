using System.Globalization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.OrderService.Reports;

/// <summary>The days that a report is about, both included; all are UTC.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The last.</param>
public sealed record ReportPeriod(DateOnly From, DateOnly To)
{
    // Three years and a bit: what a report costs has a bound.
    private const int MostDays = 1100;
    private const int DefaultDays = 30;

    /// <summary>Reads <c>from</c> and <c>to</c>, dates or moments; without them the last thirty days, or <paramref name="otherwiseFrom"/>.</summary>
    /// <param name="query">The query string.</param>
    /// <param name="today">What ends the period where it has no end.</param>
    /// <param name="errors">Takes what is wrong.</param>
    /// <param name="otherwiseFrom">Where a period begins that ends on a day and has no beginning.</param>
    public static ReportPeriod Parse(
        IQueryCollection query,
        DateOnly today,
        ValidationErrors errors,
        Func<DateOnly, DateOnly>? otherwiseFrom = null
    )
    {
        var (begins, ends) = (query.Time("from", errors), query.Time("to", errors));
        var to = ends?.Day ?? today;
        var from = begins?.Day ?? (otherwiseFrom?.Invoke(to) ?? Earlier(to, DefaultDays - 1));
        errors.Require(from <= to && (begins is null || ends is null || !begins.Value.IsAfter(ends.Value)), "from", "is not later than to");
        errors.Require(to.DayNumber - from.DayNumber < MostDays, "from", $"is less than {MostDays} days before to");
        return new(from, to);
    }

    /// <summary>So many days earlier, or the first day there is.</summary>
    public static DateOnly Earlier(DateOnly day, int days) => DateOnly.FromDayNumber(Math.Max(0, day.DayNumber - days));

    /// <summary>The period cut into buckets; the first and the last may be cut short by it.</summary>
    public IEnumerable<(string Name, DateOnly From, DateOnly To)> Cut(Bucket bucket)
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

    private static DateOnly Later(DateOnly day, int days) =>
        DateOnly.FromDayNumber(Math.Min(DateOnly.MaxValue.DayNumber, day.DayNumber + days));

    private static string Name(Bucket bucket, DateOnly day)
    {
        var date = day.ToDateTime(TimeOnly.MinValue);
        return bucket switch
        {
            Bucket.Day => FigureDay.IdOf(day),
            Bucket.Week => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(date):0000}-W{ISOWeek.GetWeekOfYear(date):00}"),
            _ => day.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        };
    }
}

/// <summary>A timeseries' query string.</summary>
/// <param name="Bucket">Days where nothing was said.</param>
/// <param name="Period">Thirty days, twelve weeks or twelve months where nothing was said.</param>
public sealed record TimeseriesQuery(Bucket Bucket, ReportPeriod Period)
{
    private const int DefaultWeeks = 12;
    private const int DefaultMonths = 12;

    /// <summary>Reads it, or names what is wrong.</summary>
    public static Outcome<TimeseriesQuery> Parse(IQueryCollection query, DateOnly today)
    {
        var errors = new ValidationErrors();
        var text = query["bucket"].ToString();
        var bucket = text.Length == 0 ? Bucket.Day : PizzeriaJson.Parse<Bucket>(text);
        errors.Require(bucket is not null, "bucket", "is day, week or month");
        var period = ReportPeriod.Parse(
            query,
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

    /// <summary>The first day of the first of so many months that end with the day's.</summary>
    private static DateOnly FirstOf(DateOnly to, int months)
    {
        var index = Math.Max(0, (to.Year * 12) + to.Month - 1 - (months - 1) - 12) + 12;
        return new(index / 12, (index % 12) + 1, 1);
    }
}
