using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>The Order service's reports, as the manager's pages use them. All days are UTC.</summary>
internal sealed class ReportsClient(HttpClient http, Visitor visitor)
{
    /// <summary>Today against yesterday.</summary>
    public Task<Outcome<Overview>> Overview(CancellationToken cancellationToken) =>
        http.Get<Overview>(visitor, "api/reports/overview", cancellationToken);

    /// <summary>The last thirty days, twelve weeks or twelve months.</summary>
    public Task<Outcome<Timeseries>> Timeseries(Bucket bucket, CancellationToken cancellationToken) =>
        http.Get<Timeseries>(visitor, $"api/reports/timeseries?bucket={ServiceDefaults.PizzeriaJson.Text(bucket)}", cancellationToken);

    /// <summary>How each pizza sold in the last thirty days.</summary>
    public Task<Outcome<Items<PizzaSales>>> Pizzas(CancellationToken cancellationToken) =>
        http.Get<Items<PizzaSales>>(visitor, "api/reports/pizzas", cancellationToken);

    /// <summary>What chefs and drivers did in the last thirty days.</summary>
    public Task<Outcome<Items<StaffWork>>> Staff(CancellationToken cancellationToken) =>
        http.Get<Items<StaffWork>>(visitor, "api/reports/staff", cancellationToken);
}

/// <summary>What a timeseries is divided into.</summary>
internal enum Bucket
{
    Day,

    /// <summary>Of ISO 8601.</summary>
    Week,
    Month,
}

/// <summary>Today against yesterday.</summary>
internal sealed record Overview(DateOnly Date, Summary Today, Summary YesterdayByNow, Change Change, ActiveOrders Active);

/// <summary>What some orders amount to; the means are null of none.</summary>
internal sealed record Summary(
    int Orders,
    int Delivered,
    int Cancelled,
    Money Revenue,
    Money AverageOrderValue,
    decimal? AverageCookMinutes,
    decimal? AverageDeliveryMinutes,
    PromiseKept Promise
);

/// <summary>How much more than yesterday until the same time, or less; a share is null where there was nothing to compare with.</summary>
internal sealed record Change(int Orders, decimal? OrdersPercent, Money Revenue, decimal? RevenuePercent);

/// <summary>Orders under way, by status.</summary>
internal sealed record ActiveOrders(long Pending, long Confirmed, long Cooking, long Ready, long Delivering);

/// <summary>The time that customers were told against the time that it took.</summary>
internal sealed record PromiseKept(
    int Orders,
    int Kept,
    decimal? KeptPercent,
    decimal? AveragePromisedMinutes,
    decimal? AverageActualMinutes
);

/// <summary>A period in equal parts, oldest first.</summary>
internal sealed record Timeseries(Bucket Bucket, DateOnly From, DateOnly To, IReadOnlyList<TimeseriesPart> Items);

/// <summary>One part, named <c>2026-03-01</c>, <c>2026-W09</c> or <c>2026-03</c>.</summary>
internal sealed record TimeseriesPart(
    string Period,
    DateOnly From,
    int Orders,
    int Delivered,
    int Cancelled,
    Money Revenue,
    PromiseKept Promise
);

/// <summary>How one pizza sells.</summary>
internal sealed record PizzaSales(string PizzaId, string Name, int Quantity, int Orders, Money Revenue, decimal? RevenuePercent);

/// <summary>What one of the staff did: orders cooked or delivered, and how long each took.</summary>
internal sealed record StaffWork(string Id, string? Name, string Role, int Orders, decimal? AverageMinutes);
