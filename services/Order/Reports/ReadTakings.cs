using MariosPizzeria.OrderService.Accounts;

namespace MariosPizzeria.OrderService.Reports;

/// <summary>Reports what was collected and refunded in a period, and the orders of the period.</summary>
public sealed class ReadTakings(
    IMeasures<Order> measures,
    IRepository<Order> orders,
    IRepository<Account> accounts,
    BusinessDays days,
    TaxShare tax,
    TimeProvider time
)
{
    private const int MostDrivers = 200;

    // An order is placed at most seven days ahead. The sum over these days before the period also computes the measures of orders that a
    // process of the previous release stored and that were handed over in the period.
    private static readonly TimeSpan LongestAhead = TimeSpan.FromDays(8);

    /// <summary>The takings of a period: cash, cards, refunds, fees, and the share of tax.</summary>
    /// <remarks>
    /// Money belongs to the business day on which it was collected or refunded, orders to the day on which they were placed.
    /// </remarks>
    public static async Task<IResult> Get([AsParameters] PeriodQuery query, ReadTakings takings, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        var period = ReportPeriod.Parse(query, takings.BusinessDays, takings.Today(), errors);
        return errors.ToFault() is { } fault ? fault.ToProblem() : Results.Ok(await takings.Handle(period, cancellationToken));
    }

    /// <summary>Returns the takings of a period.</summary>
    public async Task<TakingsResponse> Handle(ReportPeriod period, CancellationToken cancellationToken)
    {
        var bounds = ReportPeriod.Bounds([period.From], period.To, days);
        var (from, before) = (bounds[0], bounds[1]);
        var placed = await measures.SumSlicesAsync(OrderDocuments.PlacedAt, [Earlier(from), from, before], cancellationToken);
        var collected = (await measures.SumSlicesAsync(OrderMeasures.CollectedAt, bounds, cancellationToken))[0];
        var refunded = (await measures.SumSlicesAsync(OrderMeasures.RefundedAt, bounds, cancellationToken))[0];

        var (cash, card) = (new Money(collected[OrderMeasures.Cash].Total), new Money(collected[OrderMeasures.Card].Total));
        var refunds = new Money(refunded[OrderMeasures.Refunded].Total);
        var net = cash + card - refunds;
        var late = placed[1][OrderMeasures.Late];
        return new(
            period.From,
            period.To,
            Money.Currency,
            net,
            cash,
            card,
            refunds,
            new Money(collected[OrderMeasures.Fees].Total - refunded[OrderMeasures.RefundedFees].Total),
            new(tax.Percent, TaxOf(collected, refunded)),
            new(placed[1][OrderMeasures.CashDue].Total),
            await CashFromAsync(from, before, collected[OrderMeasures.Cash], cancellationToken),
            SummaryResponse.Of(OrderMeasures.FiguresOf(placed[1])),
            await StatesAsync(from, before, cancellationToken),
            (int)late.Count,
            OrderMeasures.SpanOf(late).MeanMinutes()
        );
    }

    // Each order by the rate at which it was placed; orders without a recorded rate by the current one.
    private Money TaxOf(SliceSums<Order> collected, SliceSums<Order> refunded) =>
        new Money(collected[OrderMeasures.Tax].Total - refunded[OrderMeasures.RefundedTax].Total)
        + tax.Of(new(collected[OrderMeasures.WithoutRate].Total - refunded[OrderMeasures.RefundedWithoutRate].Total));

    private BusinessDays BusinessDays => days;

    private DateOnly Today() => days.DayOf(time.GetUtcNow());

    private static DateTimeOffset Earlier(DateTimeOffset from) =>
        from - DateTimeOffset.MinValue > LongestAhead ? from - LongestAhead : DateTimeOffset.MinValue;

    // Cash that no driver collected was paid at the counter.
    private async Task<IReadOnlyList<CashReport>> CashFromAsync(
        DateTimeOffset from,
        DateTimeOffset before,
        Sum all,
        CancellationToken cancellationToken
    )
    {
        var byDriver = await measures.SumGroupsAsync(
            Query<Order>.All.Between(OrderMeasures.CollectedAt, from, before),
            new(OrderMeasures.Driver, OrderMeasures.Cash, OrderMeasures.CollectedAt, MostDrivers),
            cancellationToken
        );
        var reports = new List<CashReport>();
        foreach (var driver in byDriver.Largest)
        {
            var name = (await accounts.FindAsync(driver.Key, cancellationToken))?.Name;
            reports.Add(new(driver.Key, name, (int)driver.Sum.Count, new(driver.Sum.Total)));
        }

        var (orders, amount) = (all.Count - reports.Sum(report => report.Orders), all.Total - reports.Sum(report => report.Amount.Cents));
        if (orders > 0)
        {
            reports.Add(new(Id: null, Name: null, (int)orders, new(amount)));
        }

        return reports;
    }

    private async Task<StatesResponse> StatesAsync(DateTimeOffset from, DateTimeOffset before, CancellationToken cancellationToken)
    {
        return new(
            await Count(OrderStatus.Pending),
            await Count(OrderStatus.Confirmed),
            await Count(OrderStatus.Cooking),
            await Count(OrderStatus.Ready),
            await Count(OrderStatus.Delivering),
            await Count(OrderStatus.Delivered),
            await Count(OrderStatus.Cancelled)
        );

        Task<long> Count(OrderStatus status) =>
            orders.CountAsync(
                Query<Order>.All.Where(OrderDocuments.InStatus, IndexKey.Of(status)).Between(OrderDocuments.PlacedAt, from, before),
                cancellationToken
            );
    }
}
