using System.Globalization;

namespace MariosPizzeria.Contracts;

/// <summary>A day of the week, as configuration and API spell it: <c>mon</c> to <c>sun</c>.</summary>
public enum Weekday
{
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// <summary>A weekly period in which the shop is open, in the shop's local time.</summary>
/// <param name="Day">The day on which it begins.</param>
/// <param name="From">When it begins: <c>HH:mm</c>, 00:00 to 23:59.</param>
/// <param name="To">
/// When it ends: <c>HH:mm</c>, 00:00 to 24:00. An end that is not later than its start is on the next day.
/// </param>
public sealed record OpeningPeriod(Weekday Day, string From, string To)
{
    private const string Format = "HH:mm";
    private const string Midnight = "24:00";

    /// <summary>Whether a text is a valid time for the start of a period.</summary>
    public static bool IsStart(string? text) =>
        TimeOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>Whether a text is a valid time for the end of a period.</summary>
    public static bool IsEnd(string? text) => text is Midnight || IsStart(text);

    /// <summary>Returns the start and the end of the period on a calendar day, which must be this period's day of the week.</summary>
    /// <exception cref="FormatException">The period is not valid.</exception>
    internal (DateTimeOffset From, DateTimeOffset To) On(DateOnly day, BusinessDays days)
    {
        var from = TimeOnly.ParseExact(From, Format, CultureInfo.InvariantCulture);
        var to = To is Midnight ? TimeOnly.MinValue : TimeOnly.ParseExact(To, Format, CultureInfo.InvariantCulture);
        return (days.At(day, from), days.At(to <= from ? day.AddDays(1) : day, to));
    }
}
