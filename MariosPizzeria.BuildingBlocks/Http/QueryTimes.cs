namespace MariosPizzeria.BuildingBlocks.Http;

/// <summary>A point in time from a query string, or a whole day.</summary>
/// <param name="At">The point in time; for a day its beginning, in UTC.</param>
/// <param name="IsDay">Whether the parameter was a date without a time.</param>
public readonly record struct QueryTime(DateTimeOffset At, bool IsDay)
{
    /// <summary>The day in UTC.</summary>
    public DateOnly Day => DateOnly.FromDateTime(At.UtcDateTime);

    /// <summary>Whether a period from this time to <paramref name="end"/> is empty; a day as the end is included in the period.</summary>
    public bool IsAfter(QueryTime end) => IsDay || end.IsDay ? Day > end.Day : At > end.At;
}

/// <summary>The only place where a date of a query string is read.</summary>
public static class QueryTimes
{
    /// <summary>
    /// Parses a date (<c>2026-11-12</c>) or a point in time (<c>2026-11-12T18:30Z</c>; without an offset it is UTC) in the extended form of
    /// ISO 8601, and nothing else.
    /// </summary>
    /// <returns>Null if the parameter is missing, empty or invalid.</returns>
    public static QueryTime? Parse(string? text, string field, ValidationErrors errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        QueryTime? time =
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                ? new(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), IsDay: true)
            : Moment(text) is { } moment ? new(moment, IsDay: false)
            : null;
        errors.Require(time is not null, field, "must be a date or a time in ISO 8601, such as 2026-11-12 or 2026-11-12T18:30Z");
        return time;
    }

    // The JSON reader accepts only this form: no dates of other cultures, and no time without a date. A + that was not encoded arrives as a
    // space.
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
