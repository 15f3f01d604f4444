namespace MariosPizzeria.Gateway.Web;

/// <summary>Creates the manager's charts from the figures of the reports.</summary>
internal sealed class ManagementCharts(Texts text)
{
    // The maximum number of rows in a chart; the table contains all.
    private const int MostRows = 8;

    /// <summary>Returns the number of orders in each status: active orders, and those delivered or cancelled today.</summary>
    public static IReadOnlyList<(OrderStatus Status, long Orders)> ByStatus(OverviewResponse overview) =>
        [
            (OrderStatus.Pending, overview.Active.Pending),
            (OrderStatus.Confirmed, overview.Active.Confirmed),
            (OrderStatus.Cooking, overview.Active.Cooking),
            (OrderStatus.Ready, overview.Active.Ready),
            (OrderStatus.Delivering, overview.Active.Delivering),
            (OrderStatus.Delivered, overview.Today.Delivered),
            (OrderStatus.Cancelled, overview.Today.Cancelled),
        ];

    /// <summary>Returns the charts of revenue, orders, and promised compared with actual times.</summary>
    public IReadOnlyList<Chart> OverTime(Bucket bucket, IReadOnlyList<TimeseriesItem> parts)
    {
        var names = parts.Select(part => text.Short(bucket, part)).ToList();
        var csv = $"/management?handler=csv&report=timeseries&bucket={PizzeriaJson.Text(bucket)}";
        var (richest, fullest) = (parts.MaxBy(part => part.Revenue), parts.MaxBy(part => part.Orders));
        return
        [
            new Chart
            {
                Id = "revenue",
                Title = text.Revenue,
                Description = richest is { Revenue.Cents: > 0 }
                    ? text.RevenueSays(parts.Select(part => part.Revenue).Sum(), text.Short(bucket, richest), richest.Revenue)
                    : text.NothingYet,
                Csv = csv,
                Table = new([text.Period, text.Revenue], [.. parts.Select(part => Row(part.Period, text.Price(part.Revenue)))]),
            }.WithColumns(
                names,
                [.. parts.Select(part => new decimal?[] { part.Revenue.Amount })],
                text.Rough,
                value => text.Price(Money.FromAmount(value))
            ),
            new Chart
            {
                Id = "orders",
                Title = text.OrdersPlaced,
                Description = fullest is { Orders: > 0 }
                    ? text.OrdersSay(parts.Sum(part => part.Orders), text.Short(bucket, fullest), fullest.Orders)
                    : text.NothingYet,
                Csv = csv,
                Table = new(
                    [text.Period, text.OrdersPlaced, text.Status(OrderStatus.Delivered), text.Status(OrderStatus.Cancelled)],
                    [
                        .. parts.Select(part =>
                            Row(part.Period, text.Number(part.Orders), text.Number(part.Delivered), text.Number(part.Cancelled))
                        ),
                    ]
                ),
            }.WithColumns(names, [.. parts.Select(part => new decimal?[] { part.Orders })], text.Rough, value => text.Number(value)),
            new Chart
            {
                Id = "promises",
                Title = text.PromisedAgainstReal,
                Description = parts.Any(part => part.Promise.Orders > 0)
                    ? text.PromisesSay(parts.Sum(part => part.Promise.Kept), parts.Sum(part => part.Promise.Orders))
                    : text.NothingYet,
                Csv = csv,
                Legend = [text.PromisedMinutes, text.RealMinutes],
                Table = new(
                    [text.Period, text.PromisedMinutes, text.RealMinutes, text.KeptShare],
                    [
                        .. parts.Select(part =>
                            Row(
                                part.Period,
                                Minutes(part.Promise.AveragePromisedMinutes),
                                Minutes(part.Promise.AverageActualMinutes),
                                part.Promise.KeptPercent is null ? "–" : text.Percent(part.Promise.KeptPercent)
                            )
                        ),
                    ]
                ),
            }.WithColumns(
                names,
                [.. parts.Select(part => new[] { part.Promise.AveragePromisedMinutes, part.Promise.AverageActualMinutes })],
                text.Rough,
                value => text.Minutes(value)
            ),
        ];
    }

    /// <summary>Returns the chart of orders by status.</summary>
    public Chart Statuses(OverviewResponse overview)
    {
        var statuses = ByStatus(overview);
        return new Chart
        {
            Id = "statuses",
            Title = text.OrdersByStatus,
            Description = text.StatusesSay(statuses.Take(5).Sum(status => status.Orders)),
            Csv = "/management?handler=csv&report=statuses",
            Table = new(
                [text.StatusHeading, text.HowMany],
                [.. statuses.Select(status => Row(text.Status(status.Status), text.Number(status.Orders)))]
            ),
        }.WithBars([.. statuses.Select(status => (text.Status(status.Status), (decimal)status.Orders, text.Number(status.Orders)))]);
    }

    public Chart Pizzas(IReadOnlyList<PizzaReport> pizzas) =>
        new Chart
        {
            Id = "pizzas",
            Title = text.PizzasSold,
            Description = pizzas.Count > 0 ? text.PizzasSay(pizzas[0].Name, pizzas[0].Quantity) : text.NothingYet,
            Csv = "/management?handler=csv&report=pizzas",
            Table = new(
                [text.Pizza, text.Sold, text.Revenue],
                [.. pizzas.Select(pizza => Row(pizza.Name, text.Number(pizza.Quantity), text.Price(pizza.Revenue)))]
            ),
        }.WithBars([
            .. pizzas
                .Take(MostRows)
                .Select(pizza => (pizza.Name, (decimal)pizza.Quantity, $"{text.Number(pizza.Quantity)} · {text.Price(pizza.Revenue)}")),
        ]);

    public Chart Staff(IReadOnlyList<StaffReport> staff) =>
        new Chart
        {
            Id = "staff",
            Title = text.Team,
            Description = staff.Count > 0 ? text.StaffSays(NameOf(staff[0]), staff[0].Orders) : text.NothingYet,
            Csv = "/management?handler=csv&report=staff",
            Table = new(
                [text.Who, text.Work, text.Orders, text.MinutesEach],
                [.. staff.Select(one => Row(NameOf(one), text.RoleName(one.Role), text.Number(one.Orders), Minutes(one.AverageMinutes)))]
            ),
        }.WithBars([
            .. staff
                .Take(MostRows)
                .Select(one =>
                    (
                        $"{NameOf(one)}, {text.RoleName(one.Role)}",
                        (decimal)one.Orders,
                        $"{text.Number(one.Orders)} · {text.Minutes(one.AverageMinutes)}"
                    )
                ),
        ]);

    /// <summary>Returns the charts of orders and revenue by the hour, from the first hour with an order to the last.</summary>
    public IReadOnlyList<Chart> ByHour(ShopPeriod period, IReadOnlyList<HourReport> all)
    {
        var hours = all.SkipWhile(hour => hour.Orders == 0).Reverse().SkipWhile(hour => hour.Orders == 0).Reverse().ToList();
        var names = hours.Select(hour => $"{hour.Hour:00}").ToList();
        var csv = $"/management?handler=csv&report=hours&{period.Address}";
        var (fullest, richest) = (hours.MaxBy(hour => hour.Orders), hours.MaxBy(hour => hour.Revenue));
        return
        [
            new Chart
            {
                Id = "hour-orders",
                Title = text.OrdersByTheHour,
                Description = fullest is null
                    ? text.NothingYet
                    : text.HoursSay(hours.Sum(hour => hour.Orders), Texts.Hour(fullest.Hour), fullest.Orders),
                Csv = csv,
                Table = new(
                    [text.HourHeading, text.OrdersPlaced],
                    [.. hours.Select(hour => Row(Texts.Hour(hour.Hour), text.Number(hour.Orders)))]
                ),
            }.WithColumns(names, [.. hours.Select(hour => new decimal?[] { hour.Orders })], text.Rough, value => text.Number(value)),
            new Chart
            {
                Id = "hour-revenue",
                Title = text.RevenueByTheHour,
                Description = richest is not { Revenue.Cents: > 0 }
                    ? text.NothingYet
                    : text.HoursEarn(hours.Select(hour => hour.Revenue).Sum(), Texts.Hour(richest.Hour), richest.Revenue),
                Csv = csv,
                Table = new(
                    [text.HourHeading, text.Revenue],
                    [.. hours.Select(hour => Row(Texts.Hour(hour.Hour), text.Price(hour.Revenue)))]
                ),
            }.WithColumns(
                names,
                [.. hours.Select(hour => new decimal?[] { hour.Revenue.Amount })],
                text.Rough,
                value => text.Price(Money.FromAmount(value))
            ),
        ];
    }

    private static string NameOf(StaffReport one) => one.Name ?? one.Id;

    private static string[] Row(params string[] cells) => cells;

    private string Minutes(decimal? minutes) => minutes is { } some ? text.Number(some, 1) : "–";
}
