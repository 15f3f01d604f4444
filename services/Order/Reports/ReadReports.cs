using System.ComponentModel;
using System.Globalization;
using MariosPizzeria.OrderService.Accounts;

namespace MariosPizzeria.OrderService.Reports;

/// <summary>
/// Reports for the manager, summed by the database from the measures of each order (<see cref="OrderMeasures"/>). They are exact at any
/// moment, because an order and its measures are one row. An order belongs to the business day on which it was placed.
/// </summary>
public sealed class ReadReports(
    IMeasures<Order> measures,
    IRepository<DailyReport> daily,
    IRepository<Order> orders,
    IRepository<Account> accounts,
    BusinessDays days,
    TimeProvider time
)
{
    private const int MaxCustomers = 50;
    private const int MaxStaff = 200;

    /// <summary>Compares today with yesterday.</summary>
    public static async Task<IResult> GetOverview(ReadReports reports, CancellationToken cancellationToken) =>
        Results.Ok(await reports.OverviewAsync(cancellationToken));

    /// <summary>Orders and revenue over a period.</summary>
    public static async Task<IResult> GetTimeseries(
        [Description("day, week (ISO 8601) or month.")] string? bucket,
        [AsParameters] PeriodQuery period,
        ReadReports reports,
        CancellationToken cancellationToken
    )
    {
        var query = TimeseriesQuery.Parse(bucket, period, reports.BusinessDays, reports.Today());
        return query.Succeeded
            ? Results.Ok(await reports.TimeseriesAsync(query.Value.Bucket, query.Value.Period, cancellationToken))
            : query.Error.ToProblem();
    }

    /// <summary>The sales of each pizza.</summary>
    public static Task<IResult> GetPizzas([AsParameters] PeriodQuery query, ReadReports reports, CancellationToken cancellationToken) =>
        OverPeriodAsync(reports, query, period => reports.PizzasAsync(period, cancellationToken));

    /// <summary>The work of each chef and driver.</summary>
    public static Task<IResult> GetStaff([AsParameters] PeriodQuery query, ReadReports reports, CancellationToken cancellationToken) =>
        OverPeriodAsync(reports, query, period => reports.StaffAsync(period, cancellationToken));

    /// <summary>Orders and revenue of each customer.</summary>
    public static Task<IResult> GetCustomers([AsParameters] PeriodQuery query, ReadReports reports, CancellationToken cancellationToken) =>
        OverPeriodAsync(reports, query, period => reports.CustomersAsync(period, cancellationToken));

    /// <summary>The stored reports of past days, newest first.</summary>
    public static Task<IResult> GetDaily([AsParameters] PeriodQuery query, ReadReports reports, CancellationToken cancellationToken) =>
        OverPeriodAsync(reports, query, period => reports.DailyAsync(period, cancellationToken));

    /// <summary>Compares today with yesterday.</summary>
    public async Task<OverviewResponse> OverviewAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var today = Today();
        var (start, startBefore) = (days.StartOf(today), days.StartOf(today.AddDays(-1)));
        var sinceStart = now - start;
        var byThen = sinceStart < start - startBefore ? startBefore + sinceStart : start;
        var slices = await measures.SumSlicesAsync(
            OrderDocuments.PlacedAt,
            [startBefore, byThen, start, days.EndOf(today)],
            cancellationToken
        );
        var (figures, before) = (OrderMeasures.FiguresOf(slices[2]), OrderMeasures.FiguresOf(slices[0], slices[1]));
        var beforeByNow = OrderMeasures.FiguresOf(slices[0]);
        return new(
            today,
            Money.Currency,
            SummaryResponse.Of(figures),
            SummaryResponse.Of(before),
            SummaryResponse.Of(beforeByNow),
            ChangeResponse.Between(beforeByNow, figures),
            new(
                await CountAsync(OrderStatus.Pending, cancellationToken),
                await CountAsync(OrderStatus.Confirmed, cancellationToken),
                await CountAsync(OrderStatus.Cooking, cancellationToken),
                await CountAsync(OrderStatus.Ready, cancellationToken),
                await CountAsync(OrderStatus.Delivering, cancellationToken)
            )
        );
    }

    /// <summary>Returns the figures of a period by day, week or month.</summary>
    public async Task<TimeseriesResponse> TimeseriesAsync(Bucket bucket, ReportPeriod period, CancellationToken cancellationToken)
    {
        var parts = period.TruncateToBucket(bucket).ToList();
        var slices = await measures.SumSlicesAsync(
            OrderDocuments.PlacedAt,
            ReportPeriod.Bounds(parts.Select(part => part.From), period.To, days),
            cancellationToken
        );
        return new(
            bucket,
            period.From,
            period.To,
            Money.Currency,
            [
                .. parts
                    .Zip(slices)
                    .Select(part =>
                        TimeseriesItem.Of(part.First.Name, part.First.From, part.First.To, OrderMeasures.FiguresOf(part.Second))
                    ),
            ]
        );
    }

    /// <summary>Returns the sales of each pizza, the most sold first.</summary>
    public async Task<RankingResponse<PizzaReport>> PizzasAsync(ReportPeriod period, CancellationToken cancellationToken)
    {
        var pizzas = (await measures.SumPartsAsync(In(period), cancellationToken)).Select(OrderMeasures.FiguresOf).ToList();
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

    /// <summary>Returns the work of chefs and drivers, the busiest first.</summary>
    public async Task<RankingResponse<StaffReport>> StaffAsync(ReportPeriod period, CancellationToken cancellationToken)
    {
        var items = new List<StaffReport>();
        foreach (
            var (role, by, measure) in new[]
            {
                (Roles.Chef, OrderMeasures.Chef, OrderMeasures.Cooking),
                (Roles.Driver, OrderMeasures.Driver, OrderMeasures.Driving),
            }
        )
        {
            var grouping = new Grouping<Order>(by, measure, OrderDocuments.PlacedAt, MaxStaff);
            foreach (var one in (await measures.SumGroupsAsync(In(period), grouping, cancellationToken)).Largest)
            {
                var work = OrderMeasures.SpanOf(one.Sum);
                items.Add(new(one.Key, await NameOfAsync(one.Key, cancellationToken), role, work.Count, work.MeanMinutes()));
            }
        }

        return new(period.From, period.To, Money.Currency, [.. items.OrderByDescending(item => item.Orders)]);
    }

    /// <summary>Returns the customers who ordered, those with the highest revenue first.</summary>
    public async Task<CustomersResponse> CustomersAsync(ReportPeriod period, CancellationToken cancellationToken)
    {
        var customers = await measures.SumGroupsAsync(
            In(period),
            new(OrderDocuments.OfCustomer, OrderMeasures.Revenue, OrderDocuments.PlacedAt, MaxCustomers),
            cancellationToken
        );
        var items = new List<CustomerReport>();
        foreach (var customer in customers.Largest)
        {
            var (count, revenue) = ((int)customer.Sum.Count, new Money(customer.Sum.Total));
            items.Add(
                new(
                    customer.Key,
                    await NameOfAsync(customer.Key, cancellationToken),
                    count,
                    revenue,
                    SummaryResponse.Average(revenue, count),
                    DateTimeOffset.Parse(customer.Latest!, CultureInfo.InvariantCulture)
                )
            );
        }

        return new(period.From, period.To, Money.Currency, (int)customers.Groups, (int)customers.Repeated, items);
    }

    /// <summary>Returns the stored daily reports, newest first.</summary>
    public async Task<RankingResponse<DailyReportItem>> DailyAsync(ReportPeriod period, CancellationToken cancellationToken)
    {
        var stored = await daily.ListAsync(
            Query<DailyReport>
                .All.Between(
                    OrderDocuments.ReportStart,
                    DailyReport.StartOf(period.From),
                    period.To == DateOnly.MaxValue ? null : DailyReport.StartOf(period.To.AddDays(1))
                )
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

    private static async Task<IResult> OverPeriodAsync<T>(ReadReports reports, PeriodQuery query, Func<ReportPeriod, Task<T>> report)
    {
        var errors = new ValidationErrors();
        var period = ReportPeriod.Parse(query, reports.BusinessDays, reports.Today(), errors);
        return errors.ToFault() is { } fault ? fault.ToProblem() : Results.Ok(await report(period));
    }

    private BusinessDays BusinessDays => days;

    private DateOnly Today() => days.DayOf(time.GetUtcNow());

    private Query<Order> In(ReportPeriod period)
    {
        var bounds = ReportPeriod.Bounds([period.From], period.To, days);
        return Query<Order>.All.Between(OrderDocuments.PlacedAt, bounds[0], bounds[1]);
    }

    private Task<long> CountAsync(OrderStatus status, CancellationToken cancellationToken) =>
        orders.CountAsync(Query<Order>.All.Where(OrderDocuments.InStatus, IndexKey.Of(status)), cancellationToken);

    // Names are not stored with the figures: a name can change, and the name of a deleted account must not remain here.
    private async Task<string?> NameOfAsync(string id, CancellationToken cancellationToken) =>
        (await accounts.FindAsync(id, cancellationToken))?.Name;
}
