namespace MariosPizzeria.OrderService.Reports;

/// <summary>
/// The values that an order contributes to the reports. They are stored in columns of the row of the order, computed again for each
/// version, and summed by the database. A cancelled order adds no revenue, no pizzas, and no work of staff, and does not count for its
/// customer.
/// </summary>
public static class OrderMeasures
{
    /// <summary>1 for an order that was handed over.</summary>
    public static readonly Measure<Order> Delivered = new("delivered", order => order.Status == OrderStatus.Delivered ? 1 : null);

    /// <summary>1 for an order that was cancelled.</summary>
    public static readonly Measure<Order> Cancelled = new("cancelled", order => order.Status == OrderStatus.Cancelled ? 1 : null);

    /// <summary>The total, in cents.</summary>
    public static readonly Measure<Order> Revenue = OfSold("revenue", order => order.Total.Cents);

    /// <summary>Seconds from when a chef takes it until it is out of the oven.</summary>
    public static readonly Measure<Order> Cooking = OfSold("cooking", order => Seconds(order.CookingStartedAt, order.ReadyAt));

    /// <summary>Seconds from when a driver takes it until it is handed over.</summary>
    public static readonly Measure<Order> Driving = OfSold("driving", order => Seconds(order.DeliveringAt, order.DeliveredAt));

    /// <summary>
    /// Seconds from placing it to the promised time, for an order that the customer has received (a pickup: that is ready).
    /// </summary>
    public static readonly Measure<Order> Promised = OfSold(
        "promised",
        order => order.ExpectedHandoverAt() is null ? null : Seconds(order.PlacedAt, order.Promise())
    );

    /// <summary>Seconds from placing it until the customer has it (a pickup: until it is ready).</summary>
    public static readonly Measure<Order> Actual = OfSold("actual", order => Seconds(order.PlacedAt, order.ExpectedHandoverAt()));

    /// <summary>1 for an order that was on time or early.</summary>
    public static readonly Measure<Order> Kept = OfSold("kept", order => order.ExpectedHandoverAt() <= order.Promise() ? 1 : null);

    /// <summary>Seconds from the promised time until the customer has it, for a late order.</summary>
    public static readonly Measure<Order> Late = OfSold(
        "late",
        order => order.ExpectedHandoverAt() > order.Promise() ? Seconds(order.Promise(), order.ExpectedHandoverAt()) : null
    );

    /// <summary>Cents to be collected in cash at the handover.</summary>
    public static readonly Measure<Order> CashDue = new(
        "cash_due",
        order => order.PaymentNow() == PaymentStatus.CashDue ? order.Total.Cents : null
    );

    /// <summary>Cents that were collected in cash. Belongs to the time of <see cref="CollectedAt"/>, as the next two measures do.</summary>
    public static readonly Measure<Order> Cash = new("cash", order => Collected(order, isCash: true));

    /// <summary>Cents that were collected from a card, also if they were refunded later.</summary>
    public static readonly Measure<Order> Card = new("card", order => Collected(order, isCash: false));

    /// <summary>The delivery fee within the collected cents.</summary>
    public static readonly Measure<Order> Fees = new("fees", order => order.CollectedAt() is null ? null : FeeOf(order));

    /// <summary>Cents that were refunded. Belongs to the time of <see cref="RefundedAt"/>, as the next measure does.</summary>
    public static readonly Measure<Order> Refunded = new("refunded", order => order.RefundedAt() is null ? null : order.Total.Cents);

    /// <summary>The delivery fee within the refunded cents.</summary>
    public static readonly Measure<Order> RefundedFees = new("refunded_fees", order => order.RefundedAt() is null ? null : FeeOf(order));

    /// <summary>The tax within the collected cents, by the order's own rate. Belongs to the time of <see cref="CollectedAt"/>.</summary>
    public static readonly Measure<Order> Tax = new("tax", order => order.CollectedAt() is null ? null : order.Tax?.Of(order.Total).Cents);

    /// <summary>The tax within the refunded cents, by the order's own rate. Belongs to the time of <see cref="RefundedAt"/>.</summary>
    public static readonly Measure<Order> RefundedTax = new(
        "refunded_tax",
        order => order.RefundedAt() is null ? null : order.Tax?.Of(order.Total).Cents
    );

    /// <summary>The collected cents of an order without a recorded rate. Belongs to the time of <see cref="CollectedAt"/>.</summary>
    public static readonly Measure<Order> WithoutRate = new(
        "without_rate",
        order => order.CollectedAt() is null || order.Tax is not null ? null : order.Total.Cents
    );

    /// <summary>The refunded cents of an order without a recorded rate. Belongs to the time of <see cref="RefundedAt"/>.</summary>
    public static readonly Measure<Order> RefundedWithoutRate = new(
        "refunded_without_rate",
        order => order.RefundedAt() is null || order.Tax is not null ? null : order.Total.Cents
    );

    /// <summary>All measures. Another measure, or another meaning of one, needs another <see cref="DocumentType{T}.MeasuredAs"/>.</summary>
    public static readonly IReadOnlyList<Measure<Order>> All =
    [
        Delivered,
        Cancelled,
        Revenue,
        Cooking,
        Driving,
        Promised,
        Actual,
        Kept,
        Late,
        CashDue,
        Cash,
        Card,
        Fees,
        Refunded,
        RefundedFees,
        Tax,
        RefundedTax,
        WithoutRate,
        RefundedWithoutRate,
    ];

    /// <summary>When its total was collected.</summary>
    public static readonly DocumentIndex<Order> CollectedAt = new("collected_at", order => IndexKey.Of(order.CollectedAt()));

    /// <summary>When its total was refunded.</summary>
    public static readonly DocumentIndex<Order> RefundedAt = new("refunded_at", order => IndexKey.Of(order.RefundedAt()));

    /// <summary>The placing time of an order that was late, or for which a late alarm was raised.</summary>
    public static readonly DocumentIndex<Order> LatePlacedAt = new(
        "late_placed_at",
        order =>
            order.Status != OrderStatus.Cancelled
            && (order.ExpectedHandoverAt() > order.Promise() || (order.LateSince is not null && order.ExpectedHandoverAt() is null))
                ? IndexKey.Of(order.PlacedAt)
                : null
    );

    /// <summary>The chef who cooked it; a key for grouping.</summary>
    public static readonly DocumentIndex<Order> Chef = new("chef", order => order.Chef) { HasOwnIndex = false };

    /// <summary>The driver who took it, also after the handover; a key for grouping.</summary>
    public static readonly DocumentIndex<Order> Driver = new("driver", order => order.Driver) { HasOwnIndex = false };

    /// <summary>Returns the pizzas of an order: the number and the total price of each.</summary>
    public static IEnumerable<Part> Pizzas(Order order) =>
        order.Status == OrderStatus.Cancelled
            ? []
            : order
                .Lines.GroupBy(line => line.PizzaId, StringComparer.Ordinal)
                .Select(lines => new Part(
                    lines.Key,
                    lines.First().Name,
                    lines.Sum(line => line.Quantity),
                    lines.Sum(line => line.LineTotal.Cents)
                ));

    /// <summary>Returns the figures of the orders of some slices.</summary>
    public static Figures FiguresOf(params IEnumerable<SliceSums<Order>> slices)
    {
        IReadOnlyList<SliceSums<Order>> all = [.. slices];
        return new()
        {
            Orders = (int)all.Sum(slice => slice.Documents),
            Delivered = (int)SumOf(Delivered).Total,
            Cancelled = (int)SumOf(Cancelled).Total,
            Revenue = new(SumOf(Revenue).Total),
            Cooking = SpanOf(SumOf(Cooking)),
            Driving = SpanOf(SumOf(Driving)),
            Promised = SpanOf(SumOf(Promised)),
            Actual = SpanOf(SumOf(Actual)),
            Kept = (int)SumOf(Kept).Total,
        };

        Sum SumOf(Measure<Order> measure) => all.Aggregate(default(Sum), (sum, slice) => sum + slice[measure]);
    }

    /// <summary>Returns the figures of a pizza.</summary>
    public static PizzaFigures FiguresOf(PartSums pizza) =>
        new(pizza.Key, pizza.Label, (int)pizza.Documents, (int)pizza.Count, new(pizza.Amount));

    /// <summary>Returns the durations of a measure in seconds.</summary>
    public static Span SpanOf(Sum sum) => new((int)sum.Count, sum.Total);

    private static long? Collected(Order order, bool isCash) =>
        order.CollectedAt() is not null && order.PaymentMethod == PaymentMethod.Cash == isCash ? order.Total.Cents : null;

    private static long? FeeOf(Order order) => order.DeliveryFee > Money.Zero ? order.DeliveryFee.Cents : null;

    private static Measure<Order> OfSold(string name, Func<Order, long?> of) =>
        new(name, order => order.Status == OrderStatus.Cancelled ? null : of(order));

    private static long? Seconds(DateTimeOffset? from, DateTimeOffset? to) =>
        from is null || to is null ? null : (long)Math.Round((to - from).Value.TotalSeconds);
}
