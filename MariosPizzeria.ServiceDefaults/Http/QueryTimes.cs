using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.ServiceDefaults.Http;

/// <summary>A moment of a query string, or the day that it named.</summary>
/// <param name="At">The moment; of a day its beginning, in UTC.</param>
/// <param name="IsDay">Whether it was a date without a time.</param>
public readonly record struct QueryTime(DateTimeOffset At, bool IsDay)
{
    /// <summary>The day in UTC.</summary>
    public DateOnly Day => DateOnly.FromDateTime(At.UtcDateTime);

    /// <summary>Whether a period that begins here and ends there is none; a day ends when it is over.</summary>
    public bool IsAfter(QueryTime end) => IsDay || end.IsDay ? Day > end.Day : At > end.At;
}

/// <summary>The only place where a date of a query string is read.</summary>
public static class QueryTimes
{
    /// <summary>
    /// Reads a date (<c>2026-11-12</c>) or a moment (<c>2026-11-12T18:30Z</c>; without an offset it is UTC) of ISO 8601, in its extended
    /// form, and nothing else.
    /// </summary>
    /// <param name="query">The query string.</param>
    /// <param name="field">The parameter's name.</param>
    /// <param name="errors">Takes what is wrong.</param>
    /// <returns>Null where the parameter is not given, is empty, or is wrong.</returns>
    public static QueryTime? Time(this IQueryCollection query, string field, ValidationErrors errors)
    {
        var text = query[field].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        QueryTime? time =
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                ? new(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), IsDay: true)
            : Moment(text) is { } moment ? new(moment, IsDay: false)
            : null;
        errors.Require(time is not null, field, "is a date or a moment of ISO 8601, as 2026-11-12 or 2026-11-12T18:30Z");
        return time;
    }

    // The JSON reader knows this form alone: no other culture's dates, and no time without a day. A + that was not encoded arrives as
    // a space.
    private static DateTimeOffset? Moment(string text)
    {
        var reader = new Utf8JsonReader(JsonSerializer.SerializeToUtf8Bytes(text.Replace(' ', '+')));
        reader.Read();
        return !reader.TryGetDateTime(out var local) ? null
            : local.Kind == DateTimeKind.Unspecified ? new DateTimeOffset(local, TimeSpan.Zero)
            : reader.TryGetDateTimeOffset(out var moment) ? moment.ToUniversalTime()
            : null;
    }
}
