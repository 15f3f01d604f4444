namespace MariosPizzeria.Contracts.Api;

/// <summary>
/// The money of a period. Amounts collected or refunded belong to the business day on which that happened; orders, and the amounts due,
/// belong to the day on which the orders were placed.
/// </summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
/// <param name="Currency">The currency of all amounts.</param>
/// <param name="Net">Cash and card minus refunds.</param>
/// <param name="Cash">Cash collected at handovers.</param>
/// <param name="Card">Amounts collected from cards, including those that were refunded later.</param>
/// <param name="Refunds">Amounts refunded to cards.</param>
/// <param name="DeliveryFees">The part of <paramref name="Net"/> that is delivery fees.</param>
/// <param name="Tax">The part of <paramref name="Net"/> that is tax.</param>
/// <param name="CashDue">Cash to be collected for the period's orders that are not handed over yet.</param>
/// <param name="CashFrom">The cash by collector, the largest amount first; the counter last.</param>
/// <param name="Summary">The figures of the orders that were placed in the period.</param>
/// <param name="States">The number of these orders by their current status.</param>
/// <param name="LateOrders">The number of these orders that were in hand later than promised.</param>
/// <param name="AverageLateMinutes">Their mean delay; null if there are none.</param>
public sealed record TakingsResponse(
    DateOnly From,
    DateOnly To,
    string Currency,
    Money Net,
    Money Cash,
    Money Card,
    Money Refunds,
    Money DeliveryFees,
    TaxResponse Tax,
    Money CashDue,
    IReadOnlyList<CashReport> CashFrom,
    SummaryResponse Summary,
    StatesResponse States,
    int LateOrders,
    decimal? AverageLateMinutes
);

/// <summary>The tax that is contained in an amount.</summary>
/// <param name="Percent">
/// The rate. In a report it is the configured one, 0 if none is configured; orders of the period may have been placed at another.
/// </param>
/// <param name="Amount">Rounded half up to cents.</param>
public sealed record TaxResponse(decimal Percent, Money Amount);

/// <summary>Cash that a driver or the counter collected.</summary>
/// <param name="Id">The driver's account; null for the counter.</param>
/// <param name="Name">The display name; null for the counter, and if there is no such account here.</param>
/// <param name="Orders">Orders that were paid in cash.</param>
/// <param name="Amount">The sum of the cash.</param>
public sealed record CashReport(string? Id, string? Name, int Orders, Money Amount);

/// <summary>Orders by status.</summary>
public sealed record StatesResponse(
    long Pending,
    long Confirmed,
    long Cooking,
    long Ready,
    long Delivering,
    long Delivered,
    long Cancelled
);

/// <summary>The orders of a period that were late.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
/// <param name="Items">The hundred late orders that were placed last, the longest delay first.</param>
/// <param name="More">Whether there are more late orders.</param>
public sealed record LateOrdersResponse(DateOnly From, DateOnly To, IReadOnlyList<LateOrder> Items, bool More);

/// <summary>An order that was in hand later than promised, or that is late and not in hand yet.</summary>
/// <param name="Id">The order's id.</param>
/// <param name="Number">The order's number within the day on which it is due; null for an order from a release without numbers.</param>
/// <param name="CustomerName">As given with the order.</param>
/// <param name="Status">The order's status.</param>
/// <param name="PromisedAt">The promised time.</param>
/// <param name="InHandAt">When the customer had it in hand; null if that has not happened yet.</param>
/// <param name="MinutesLate">Minutes between the two times, or until now; a minute that has begun counts as a whole one.</param>
public sealed record LateOrder(
    string Id,
    int? Number,
    string CustomerName,
    OrderStatus Status,
    DateTimeOffset PromisedAt,
    DateTimeOffset? InHandAt,
    int MinutesLate
);

/// <summary>A period's orders by the hour in which they were placed, summed over all days.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
/// <param name="Currency">The currency of all amounts.</param>
/// <param name="Items">The 24 hours of the day in the shop's local time, starting with the hour in which a business day begins.</param>
public sealed record HoursResponse(DateOnly From, DateOnly To, string Currency, IReadOnlyList<HourReport> Items);

/// <summary>One hour.</summary>
/// <param name="Hour">0 to 23, in the shop's local time.</param>
/// <param name="Orders">Orders placed in it, whatever their status.</param>
/// <param name="Revenue">Sum of the orders that are not cancelled.</param>
public sealed record HourReport(int Hour, int Orders, Money Revenue);
