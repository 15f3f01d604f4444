namespace MariosPizzeria.Contracts.Api;

/// <summary>The length of the parts of a time series.</summary>
public enum Bucket
{
    Day,

    /// <summary>A week of ISO 8601: it begins on Monday and is named by the year of its Thursday.</summary>
    Week,
    Month,
}

/// <summary>The figures of a set of orders, as reports show them. An order belongs to the business day on which it was placed.</summary>
/// <param name="Orders">Orders placed, whatever their status.</param>
/// <param name="Delivered">Orders handed over.</param>
/// <param name="Cancelled">Orders cancelled, for any reason.</param>
/// <param name="Revenue">Sum of the orders that are not cancelled.</param>
/// <param name="AverageOrderValue">
/// Revenue divided by the number of orders that are not cancelled, rounded half up to cents; 0 if there are none.
/// </param>
/// <param name="AverageCookMinutes">Mean time from when a chef took an order until it was ready; null if there are no such orders.</param>
/// <param name="AverageDeliveryMinutes">
/// Mean time from when a driver took an order until it was handed over; null if there are no such orders.
/// </param>
/// <param name="Promise">Promised times compared with actual times.</param>
public sealed record SummaryResponse(
    int Orders,
    int Delivered,
    int Cancelled,
    Money Revenue,
    Money AverageOrderValue,
    decimal? AverageCookMinutes,
    decimal? AverageDeliveryMinutes,
    PromiseResponse Promise
);

/// <summary>The promised times compared with the actual times, both from placing the order until it was ready.</summary>
/// <param name="Orders">Orders that are ready, or in a later status.</param>
/// <param name="Kept">Orders that were ready when promised, or earlier.</param>
/// <param name="KeptPercent">Share of the orders that were ready in time, 0–100; null if there are no orders.</param>
/// <param name="AveragePromisedMinutes">Mean promised time; null if there are no orders.</param>
/// <param name="AverageActualMinutes">Mean actual time; null if there are no orders.</param>
public sealed record PromiseResponse(
    int Orders,
    int Kept,
    decimal? KeptPercent,
    decimal? AveragePromisedMinutes,
    decimal? AverageActualMinutes
);

/// <summary>Today compared with yesterday.</summary>
/// <param name="Date">The current business day.</param>
/// <param name="Currency">The currency of all amounts.</param>
/// <param name="Today">The figures of today until now.</param>
/// <param name="Yesterday">The figures of the whole day.</param>
/// <param name="YesterdayByNow">
/// The figures of yesterday's orders until the same time of day, in the state that these orders have now.
/// </param>
/// <param name="Change">The difference between today and <paramref name="YesterdayByNow"/>.</param>
/// <param name="Active">The orders that are neither delivered nor cancelled now, whenever they were placed.</param>
public sealed record OverviewResponse(
    DateOnly Date,
    string Currency,
    SummaryResponse Today,
    SummaryResponse Yesterday,
    SummaryResponse YesterdayByNow,
    ChangeResponse Change,
    ActiveResponse Active
);

/// <summary>The increase, or the decrease (negative).</summary>
/// <param name="Orders">The change in the number of orders placed.</param>
/// <param name="OrdersPercent">The same in percent; null if there were no orders before.</param>
/// <param name="Revenue">The change in revenue.</param>
/// <param name="RevenuePercent">The same in percent; null if there was no revenue before.</param>
public sealed record ChangeResponse(int Orders, decimal? OrdersPercent, Money Revenue, decimal? RevenuePercent);

/// <summary>Orders under way, by status.</summary>
public sealed record ActiveResponse(long Pending, long Confirmed, long Cooking, long Ready, long Delivering);

/// <summary>The figures of a period, divided into equal parts, oldest first. Parts without orders are included.</summary>
public sealed record TimeseriesResponse(Bucket Bucket, DateOnly From, DateOnly To, string Currency, IReadOnlyList<TimeseriesItem> Items);

/// <summary>
/// One part: its name (<c>2026-03-01</c>, <c>2026-W09</c> or <c>2026-03</c>), its first and last day within the report, and its figures as
/// in <see cref="SummaryResponse"/>.
/// </summary>
public sealed record TimeseriesItem(
    string Period,
    DateOnly From,
    DateOnly To,
    int Orders,
    int Delivered,
    int Cancelled,
    Money Revenue,
    Money AverageOrderValue,
    decimal? AverageCookMinutes,
    decimal? AverageDeliveryMinutes,
    PromiseResponse Promise
);

/// <summary>A period's figures of one kind, the largest first.</summary>
public sealed record RankingResponse<T>(DateOnly From, DateOnly To, string Currency, IReadOnlyList<T> Items);

/// <summary>The figures of a business day, as they were at its end.</summary>
/// <param name="Date">The business day.</param>
/// <param name="MadeAt">When the report was made.</param>
/// <param name="MailedAt">When the report was mailed; null if no recipient is configured.</param>
/// <param name="Summary">The day's figures.</param>
public sealed record DailyReportItem(string Date, DateTimeOffset MadeAt, DateTimeOffset? MailedAt, SummaryResponse Summary);

/// <summary>The sales of one pizza.</summary>
/// <param name="PizzaId">The pizza's id.</param>
/// <param name="Name">The name on the last order of it.</param>
/// <param name="Quantity">The number of pizzas sold.</param>
/// <param name="Orders">The number of orders that contain it.</param>
/// <param name="Revenue">Sum of its order lines.</param>
/// <param name="RevenuePercent">Share of the revenue of all pizzas; null if that is 0.</param>
public sealed record PizzaReport(string PizzaId, string Name, int Quantity, int Orders, Money Revenue, decimal? RevenuePercent);

/// <summary>The work of one employee.</summary>
/// <param name="Id">The account's id.</param>
/// <param name="Name">The display name; null if there is no such account here.</param>
/// <param name="Role"><c>chef</c> or <c>driver</c>.</param>
/// <param name="Orders">Orders cooked, or delivered.</param>
/// <param name="AverageMinutes">Mean time for each order.</param>
public sealed record StaffReport(string Id, string? Name, string Role, int Orders, decimal? AverageMinutes);

/// <summary>The orders of one customer.</summary>
/// <param name="Id">The account's id.</param>
/// <param name="Name">The display name; null if there is no such account here.</param>
/// <param name="Orders">Orders that are not cancelled.</param>
/// <param name="Revenue">Sum of these orders.</param>
/// <param name="AverageOrderValue">Rounded half up to cents.</param>
/// <param name="LastOrderAt">The customer's last order within the period.</param>
public sealed record CustomerReport(
    string Id,
    string? Name,
    int Orders,
    Money Revenue,
    Money AverageOrderValue,
    DateTimeOffset LastOrderAt
);

/// <summary>The customers of a period.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
/// <param name="Currency">The currency of all amounts.</param>
/// <param name="Customers">The number of customers who ordered.</param>
/// <param name="Returning">The number of customers who ordered more than once.</param>
/// <param name="Items">The fifty with the most revenue.</param>
public sealed record CustomersResponse(
    DateOnly From,
    DateOnly To,
    string Currency,
    int Customers,
    int Returning,
    IReadOnlyList<CustomerReport> Items
);
