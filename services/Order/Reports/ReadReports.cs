using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.OrderService.Reports;

/// <summary>
/// Reports for the manager, from the figures that the worker keeps for each day: what a report costs depends on how many days it is
/// about and not on how many orders there are. The figures follow the orders within seconds.
/// </summary>
public sealed class ReadReports(
    IRepository<FigureDay> days,
    IRepository<FigureSlice> slices,
    IRepository<DailyReport> daily,
    IRepository<Order> orders,
    IRepository<Account> accounts,
    TimeProvider time
)
{
    private const int MostCustomers = 50;

    /// <summary>GET /api/reports/overview.</summary>
    public static async Task<IResult> GetOverview(ReadReports reports, CancellationToken cancellationToken) =>
        Results.Ok(await reports.Overview(cancellationToken));

    /// <summary>GET /api/reports/timeseries?bucket=day|week|month&amp;from=&amp;to=.</summary>
    public static async Task<IResult> GetTimeseries(ReadReports reports, HttpContext http, CancellationToken cancellationToken)
    {
        var query = TimeseriesQuery.Parse(http.Request.Query, reports.Today());
        return query.Succeeded
            ? Results.Ok(await reports.Timeseries(query.Value.Bucket, query.Value.Period, cancellationToken))
            : query.Fault.ToProblem();
    }

    /// <summary>GET /api/reports/pizzas?from=&amp;to=.</summary>
    public static Task<IResult> GetPizzas(ReadReports reports, HttpContext http, CancellationToken cancellationToken) =>
        OverPeriod(reports, http, period => reports.Pizzas(period, cancellationToken));

    /// <summary>GET /api/reports/staff?from=&amp;to=.</summary>
    public static Task<IResult> GetStaff(ReadReports reports, HttpContext http, CancellationToken cancellationToken) =>
        OverPeriod(reports, http, period => reports.Staff(period, cancellationToken));

    /// <summary>GET /api/reports/customers?from=&amp;to=.</summary>
    public static Task<IResult> GetCustomers(ReadReports reports, HttpContext http, CancellationToken cancellationToken) =>
        OverPeriod(reports, http, period => reports.Customers(period, cancellationToken));

    /// <summary>GET /api/reports/daily?from=&amp;to=: the days as they were when they were over, newest first.</summary>
    public static Task<IResult> GetDaily(ReadReports reports, HttpContext http, CancellationToken cancellationToken) =>
        OverPeriod(reports, http, period => reports.Daily(period, cancellationToken));

    /// <summary>Today against yesterday.</summary>
    public async Task<OverviewResponse> Overview(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var today = Today();
        var yesterday = today.AddDays(-1);
        var both = await Days(new(yesterday, today), cancellationToken);
        var (figures, before) = (Of(both, today, today), Of(both, yesterday, yesterday));
        var byNow = await slices.List(
            Query<FigureSlice>.All.Between(OrderDocuments.SliceStart, Midnight(yesterday), now.AddDays(-1)),
            cancellationToken
        );
        var beforeByNow = Figures.Sum(byNow.Select(slice => slice.Figures));
        return new(
            today,
            Money.Currency,
            SummaryResponse.Of(figures),
            SummaryResponse.Of(before),
            SummaryResponse.Of(beforeByNow),
            ChangeResponse.Between(beforeByNow, figures),
            new(
                await Count(OrderStatus.Pending, cancellationToken),
                await Count(OrderStatus.Confirmed, cancellationToken),
                await Count(OrderStatus.Cooking, cancellationToken),
                await Count(OrderStatus.Ready, cancellationToken),
                await Count(OrderStatus.Delivering, cancellationToken)
            )
        );
    }

    /// <summary>A period in equal parts.</summary>
    public async Task<TimeseriesResponse> Timeseries(Bucket bucket, ReportPeriod period, CancellationToken cancellationToken)
    {
        var all = await Days(period, cancellationToken);
        return new(
            bucket,
            period.From,
            period.To,
            Money.Currency,
            [.. period.Cut(bucket).Select(part => TimeseriesItem.Of(part.Name, part.From, part.To, Of(all, part.From, part.To)))]
        );
    }

    /// <summary>How each pizza sells, the most sold first.</summary>
    public async Task<RankingResponse<PizzaReport>> Pizzas(ReportPeriod period, CancellationToken cancellationToken)
    {
        var pizzas = (await Sum(period, cancellationToken)).Pizzas;
        var revenue = pizzas.Select(pizza => pizza.Revenue).Sum();
        return new(
            period.From,
            period.To,
            Money.Currency,
            [
                .. pizzas
                    .OrderByDescending(pizza => pizza.Quantity)
                    .ThenByDescending(pizza => pizza.Revenue)
                    .Select(pizza => new PizzaReport(
                        pizza.PizzaId,
                        pizza.Name,
                        pizza.Quantity,
                        pizza.Orders,
                        pizza.Revenue,
                        SummaryResponse.Percent(pizza.Revenue.Amount, revenue.Amount)
                    )),
            ]
        );
    }

    /// <summary>What chefs and drivers did, the busiest first.</summary>
    public async Task<RankingResponse<StaffReport>> Staff(ReportPeriod period, CancellationToken cancellationToken)
    {
        var figures = await Sum(period, cancellationToken);
        var items = new List<StaffReport>();
        foreach (
            var (work, role) in figures
                .Chefs.Select(chef => (chef, Roles.Chef))
                .Concat(figures.Drivers.Select(driver => (driver, Roles.Driver)))
                .OrderByDescending(pair => pair.Item1.Work.Count)
        )
        {
            items.Add(new(work.Id, await NameOf(work.Id, cancellationToken), role, work.Work.Count, work.Work.MeanMinutes()));
        }

        return new(period.From, period.To, Money.Currency, items);
    }

    /// <summary>Who ordered, the best customers first.</summary>
    public async Task<CustomersResponse> Customers(ReportPeriod period, CancellationToken cancellationToken)
    {
        var customers = (await Sum(period, cancellationToken)).Customers;
        var items = new List<CustomerReport>();
        foreach (var customer in customers.OrderByDescending(customer => customer.Revenue).Take(MostCustomers))
        {
            items.Add(
                new(
                    customer.Id,
                    await NameOf(customer.Id, cancellationToken),
                    customer.Orders,
                    customer.Revenue,
                    SummaryResponse.Average(customer.Revenue, customer.Orders),
                    customer.LastOrderAt
                )
            );
        }

        return new(period.From, period.To, Money.Currency, customers.Count, customers.Count(customer => customer.Orders > 1), items);
    }

    /// <summary>The stored daily reports.</summary>
    public async Task<RankingResponse<DailyReportItem>> Daily(ReportPeriod period, CancellationToken cancellationToken)
    {
        var stored = await daily.List(
            Query<DailyReport>
                .All.Between(OrderDocuments.ReportStart, Midnight(period.From), End(period))
                .NewestFirst(OrderDocuments.ReportStart),
            cancellationToken
        );
        return new(
            period.From,
            period.To,
            Money.Currency,
            [.. stored.Select(report => new DailyReportItem(report.Id, report.MadeAt, report.MailedAt, SummaryResponse.Of(report.Figures)))]
        );
    }

    private static async Task<IResult> OverPeriod<T>(ReadReports reports, HttpContext http, Func<ReportPeriod, Task<T>> report)
    {
        var errors = new ValidationErrors();
        var period = ReportPeriod.Parse(http.Request.Query, reports.Today(), errors);
        return errors.ToFault() is { } fault ? fault.ToProblem() : Results.Ok(await report(period));
    }

    private static DateTimeOffset? End(ReportPeriod period) => period.To == DateOnly.MaxValue ? null : Midnight(period.To.AddDays(1));

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static Figures Of(IReadOnlyList<FigureDay> days, DateOnly from, DateOnly to) =>
        Figures.Sum(
            days.Where(day => DateOnly.FromDateTime(day.Start.UtcDateTime) is var date && date >= from && date <= to)
                .Select(day => day.Figures)
        );

    private DateOnly Today() => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private async Task<Figures> Sum(ReportPeriod period, CancellationToken cancellationToken) =>
        Figures.Sum((await Days(period, cancellationToken)).Select(day => day.Figures));

    private Task<IReadOnlyList<FigureDay>> Days(ReportPeriod period, CancellationToken cancellationToken) =>
        days.List(
            Query<FigureDay>.All.Between(OrderDocuments.DayStart, Midnight(period.From), End(period)).Ascending(OrderDocuments.DayStart),
            cancellationToken
        );

    private Task<long> Count(OrderStatus status, CancellationToken cancellationToken) =>
        orders.Count(Query<Order>.All.Where(OrderDocuments.InStatus, IndexKey.Of(status)), cancellationToken);

    // Not kept with the figures: a name can change, and who is forgotten is forgotten here too.
    private async Task<string?> NameOf(string id, CancellationToken cancellationToken) =>
        (await accounts.Find(id, cancellationToken))?.Name;
}
