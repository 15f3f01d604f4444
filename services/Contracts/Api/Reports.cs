namespace MariosPizzeria.Contracts.Api;

/// <summary>What a timeseries is divided into.</summary>
public enum Bucket
{
    Day,

    /// <summary>Of ISO 8601: from Monday, named by the year of its Thursday.</summary>
    Week,
    Month,
}

/// <summary>The figures of some orders, as a report shows them. An order belongs to the day on which it was placed (UTC).</summary>
/// <param name="Orders">Placed, whatever became of them.</param>
/// <param name="Delivered">Handed over.</param>
/// <param name="Cancelled">For whatever reason.</param>
/// <param name="Revenue">Sum of those that are not cancelled.</param>
/// <param name="AverageOrderValue">Revenue by the number of orders that are not cancelled, rounded half up to cents; 0 of none.</param>
/// <param name="AverageCookMinutes">From the chef's taking an order until it is ready; null of none.</param>
/// <param name="AverageDeliveryMinutes">From the driver's taking an order until it is handed over; null of none.</param>
/// <param name="Promise">What was promised against what came true.</param>
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

/// <summary>The time that customers were told against the time that it took, both from placing the order until it was ready.</summary>
/// <param name="Orders">Orders that are ready, or further.</param>
/// <param name="Kept">Those that were ready when promised, or earlier.</param>
/// <param name="KeptPercent">Their share, 0–100; null of none.</param>
/// <param name="AveragePromisedMinutes">Null of none.</param>
/// <param name="AverageActualMinutes">Null of none.</param>
public sealed record PromiseResponse(
    int Orders,
    int Kept,
    decimal? KeptPercent,
    decimal? AveragePromisedMinutes,
    decimal? AverageActualMinutes
);

/// <summary>Today against yesterday.</summary>
/// <param name="Date">Today (UTC).</param>
/// <param name="Currency">Of all amounts.</param>
/// <param name="Today">Until now.</param>
/// <param name="Yesterday">The whole day.</param>
/// <param name="YesterdayByNow">Yesterday's orders until the same time of day, to five minutes; as they are now.</param>
/// <param name="Change">Today against <paramref name="YesterdayByNow"/>.</param>
/// <param name="Active">Orders that are neither delivered nor cancelled, whenever placed, counted now.</param>
public sealed record OverviewResponse(
    DateOnly Date,
    string Currency,
    SummaryResponse Today,
    SummaryResponse Yesterday,
    SummaryResponse YesterdayByNow,
    ChangeResponse Change,
    ActiveResponse Active
);

/// <summary>How much more, or less (negative).</summary>
/// <param name="Orders">Orders placed.</param>
/// <param name="OrdersPercent">Null where there were none.</param>
/// <param name="Revenue">Their sum.</param>
/// <param name="RevenuePercent">Null where there was none.</param>
public sealed record ChangeResponse(int Orders, decimal? OrdersPercent, Money Revenue, decimal? RevenuePercent);

/// <summary>Orders under way, by status.</summary>
public sealed record ActiveResponse(long Pending, long Confirmed, long Cooking, long Ready, long Delivering);

/// <summary>A period in equal parts, the empty ones too, oldest first.</summary>
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

/// <summary>A day as it was when it was over.</summary>
/// <param name="Date">The day (UTC).</param>
/// <param name="MadeAt">When it was reported.</param>
/// <param name="MailedAt">When it was mailed; null where nobody is to get it.</param>
/// <param name="Summary">Its figures.</param>
public sealed record DailyReportItem(string Date, DateTimeOffset MadeAt, DateTimeOffset? MailedAt, SummaryResponse Summary);

/// <summary>How one pizza sells.</summary>
/// <param name="PizzaId">Which.</param>
/// <param name="Name">As on the last order of it.</param>
/// <param name="Quantity">How many of it.</param>
/// <param name="Orders">Orders it is on.</param>
/// <param name="Revenue">Sum of its lines.</param>
/// <param name="RevenuePercent">Of all pizzas' revenue; null where that is 0.</param>
public sealed record PizzaReport(string PizzaId, string Name, int Quantity, int Orders, Money Revenue, decimal? RevenuePercent);

/// <summary>What one of the staff did.</summary>
/// <param name="Id">The account.</param>
/// <param name="Name">As displayed; null of somebody without an account here.</param>
/// <param name="Role"><c>chef</c> or <c>driver</c>.</param>
/// <param name="Orders">Cooked, or delivered.</param>
/// <param name="AverageMinutes">Each took.</param>
public sealed record StaffReport(string Id, string? Name, string Role, int Orders, decimal? AverageMinutes);

/// <summary>What one customer ordered.</summary>
/// <param name="Id">The account.</param>
/// <param name="Name">As displayed; null of somebody without an account here.</param>
/// <param name="Orders">Not cancelled ones.</param>
/// <param name="Revenue">Their sum.</param>
/// <param name="AverageOrderValue">Rounded half up to cents.</param>
/// <param name="LastOrderAt">Within the period.</param>
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
/// <param name="Currency">Of all amounts.</param>
/// <param name="Customers">How many ordered.</param>
/// <param name="Returning">How many of them ordered more than once.</param>
/// <param name="Items">The fifty with the most revenue.</param>
public sealed record CustomersResponse(
    DateOnly From,
    DateOnly To,
    string Currency,
    int Customers,
    int Returning,
    IReadOnlyList<CustomerReport> Items
);
