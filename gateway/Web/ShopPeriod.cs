using System.Globalization;

namespace MariosPizzeria.Gateway.Web;

/// <summary>A period of business days, both ends included.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Name">The name in the query: <c>today</c>, <c>yesterday</c>, <c>week</c>, <c>month</c>; null for chosen dates.</param>
internal sealed record ShopPeriod(DateOnly From, DateOnly To, string? Name)
{
    private const int MostDays = 1100;

    /// <summary>The longest period in days for which figures by hour are shown.</summary>
    private const int MostDaysByHour = 93;

    /// <summary>The named periods, in the order of display.</summary>
    public static readonly IReadOnlyList<string> Names = ["today", "yesterday", "week", "month"];

    /// <summary>The period as a query of the API.</summary>
    public string Query => string.Create(CultureInfo.InvariantCulture, $"from={From:yyyy-MM-dd}&to={To:yyyy-MM-dd}");

    /// <summary>The period as a query of the page.</summary>
    public string Address => Name is null ? Query : $"period={Name}";

    /// <summary>Whether the period is a single day.</summary>
    public bool IsDay => From == To;

    /// <summary>Whether figures by hour can be shown.</summary>
    public bool HasHours => To.DayNumber - From.DayNumber < MostDaysByHour;

    /// <summary>Returns the period of one day.</summary>
    public static ShopPeriod Of(DateOnly day) => new(day, day, Name: null);

    /// <summary>Parses the page's query: a name, or one or two dates; without any, the period is today.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="from">The first day, <c>2026-11-29</c>.</param>
    /// <param name="to">The last day.</param>
    /// <param name="today">The current business day. Weeks begin on Monday; the current week or month ends today.</param>
    public static Result<ShopPeriod> Parse(string? name, string? from, string? to, DateOnly today)
    {
        var errors = new ValidationErrors();
        var (first, last) = (Day(from, "from", errors), Day(to, "to", errors));
        errors.Require(string.IsNullOrEmpty(name) || Names.Contains(name), "period", "must be today, yesterday, week or month");
        var period =
            first is not null || last is not null
                ? new(first ?? last!.Value, last ?? Later(today, first!.Value), Name: null)
                : Named(name, today);
        errors.Require(period.From <= period.To, "from", "must not be later than to");
        errors.Require(period.To.DayNumber - period.From.DayNumber < MostDays, "from", $"must be less than {MostDays} days before to");
        return errors.ToFault() is { } fault ? fault : period;
    }

    private static ShopPeriod Named(string? name, DateOnly today) =>
        name switch
        {
            "yesterday" => new(today.AddDays(-1), today.AddDays(-1), name),
            "week" => new(today.AddDays(-(((int)today.DayOfWeek + 6) % 7)), today, name),
            "month" => new(new(today.Year, today.Month, 1), today, name),
            _ => new(today, today, "today"),
        };

    private static DateOnly Later(DateOnly one, DateOnly other) => one > other ? one : other;

    private static DateOnly? Day(string? text, string field, ValidationErrors errors)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var isDay = DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        errors.Require(isDay, field, "must be a day, such as 2026-11-29");
        return isDay ? day : null;
    }
}
