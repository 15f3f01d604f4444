using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.ServiceDefaults;

namespace MariosPizzeria.Gateway.Web;

/// <summary>The manager's charts, from the reports' figures.</summary>
internal sealed class ManagementCharts(Texts text)
{
    // What a glance takes in; the table has all.
    private const int MostRows = 8;

    /// <summary>How many orders are in each status: those under way now, those that were delivered or cancelled of today's.</summary>
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

    /// <summary>Revenue, orders, and what was promised against what came true.</summary>
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

    /// <summary>Where today's orders are.</summary>
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

    /// <summary>How each pizza sells.</summary>
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

    /// <summary>What chefs and drivers did.</summary>
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

    private static string NameOf(StaffReport one) => one.Name ?? one.Id;

    private static string[] Row(params string[] cells) => cells;

    private string Minutes(decimal? minutes) => minutes is { } some ? text.Number(some, 1) : "–";
}
