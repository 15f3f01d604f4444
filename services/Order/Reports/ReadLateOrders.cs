namespace MariosPizzeria.OrderService.Reports;

/// <summary>
/// Reports which orders of a period were late, and by how much: the hundred that were placed last. No key has the order of the delays,
/// because the delay of an order that is not in hand yet grows with the time.
/// </summary>
public sealed class ReadLateOrders(IMeasures<Order> measures, IRepository<Order> orders, BusinessDays days, TimeProvider time)
{
    private const int Most = 100;

    /// <summary>The hundred late orders of a period that were placed last, the longest delay first.</summary>
    public static async Task<IResult> Get([AsParameters] PeriodQuery query, ReadLateOrders late, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        var period = ReportPeriod.Parse(query, late.BusinessDays, late.Today(), errors);
        return errors.ToFault() is { } fault ? fault.ToProblem() : Results.Ok(await late.Handle(period, cancellationToken));
    }

    /// <summary>Returns the hundred late orders of the period that were placed last, and whether there are more.</summary>
    public async Task<LateOrdersResponse> Handle(ReportPeriod period, CancellationToken cancellationToken)
    {
        var bounds = ReportPeriod.Bounds([period.From], period.To, days);

        // This sum also computes the missing keys of orders that a process of the previous release stored.
        await measures.SumSlicesAsync(OrderDocuments.PlacedAt, bounds, cancellationToken);
        var found = await orders.ListAsync(
            Query<Order>
                .All.Between(OrderMeasures.LatePlacedAt, bounds[0], bounds[1])
                .NewestFirst(OrderMeasures.LatePlacedAt)
                .First(Most + 1),
            cancellationToken
        );
        var now = time.GetUtcNow();
        var late =
            from order in found.Take(Most)
            let delay = order.LateBy(now)
            where delay is not null
            orderby delay descending
            select new LateOrder(
                order.Id,
                order.Number,
                order.Customer.Name,
                order.Status,
                order.Promise(),
                order.ExpectedHandoverAt(),
                (int)Math.Ceiling(delay.Value.TotalMinutes)
            );
        return new(period.From, period.To, [.. late], found.Count > Most);
    }

    private BusinessDays BusinessDays => days;

    private DateOnly Today() => days.DayOf(time.GetUtcNow());
}
