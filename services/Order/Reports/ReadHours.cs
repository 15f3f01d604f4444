namespace MariosPizzeria.OrderService.Reports;

/// <summary>Reports at which hours orders are placed.</summary>
public sealed class ReadHours(IMeasures<Order> measures, BusinessDays days, TimeProvider time)
{
    /// <summary>The longest period, in days. Each hour of it is a slice of the sum.</summary>
    public const int MostDays = 93;

    private const int HoursOfADay = 24;

    /// <summary>Orders and revenue by hour of the day in the shop's time zone, over all days of a period.</summary>
    /// <remarks>The period has at most 93 days.</remarks>
    public static async Task<IResult> Get([AsParameters] PeriodQuery query, ReadHours hours, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        var period = ReportPeriod.Parse(query, hours.BusinessDays, hours.Today(), errors);
        errors.Require(period.To.DayNumber - period.From.DayNumber < MostDays, "from", $"must be less than {MostDays} days before to");
        return errors.ToFault() is { } fault ? fault.ToProblem() : Results.Ok(await hours.Handle(period, cancellationToken));
    }

    /// <summary>Returns the hours of a period.</summary>
    public async Task<HoursResponse> Handle(ReportPeriod period, CancellationToken cancellationToken)
    {
        var bounds = Bounds(period);
        var slices = await measures.SumSlicesAsync(OrderDocuments.PlacedAt, bounds, cancellationToken);
        var byHour = bounds
            .Zip(slices)
            .GroupBy(slice => days.Local(slice.First).Hour, slice => slice.Second)
            .ToDictionary(hour => hour.Key, hour => OrderMeasures.FiguresOf(hour));
        return new(
            period.From,
            period.To,
            Money.Currency,
            [
                .. Enumerable
                    .Range(days.StartsAt.Hour, HoursOfADay)
                    .Select(hour => hour % HoursOfADay)
                    .Select(hour => (Hour: hour, Figures: byHour.GetValueOrDefault(hour, Figures.None)))
                    .Select(hour => new HourReport(hour.Hour, hour.Figures.Orders, hour.Figures.Revenue)),
            ]
        );
    }

    private BusinessDays BusinessDays => days;

    private DateOnly Today() => days.DayOf(time.GetUtcNow());

    // Computed with instants: a day has 23 hours when the clocks go forward, and an hour occurs twice when they go back.
    private List<DateTimeOffset> Bounds(ReportPeriod period)
    {
        var whole = ReportPeriod.Bounds([period.From], period.To, days);
        var bounds = new List<DateTimeOffset>();
        for (var at = whole[0]; at < whole[1]; at = NextHour(at, whole[1]))
        {
            bounds.Add(at);
        }

        bounds.Add(whole[1]);
        return bounds;
    }

    // The next full hour in the shop's time zone.
    private DateTimeOffset NextHour(DateTimeOffset at, DateTimeOffset end)
    {
        var left = TimeSpan.FromHours(1) - TimeSpan.FromTicks(days.Local(at).TimeOfDay.Ticks % TimeSpan.TicksPerHour);
        return end - at > left ? at + left : end;
    }
}
