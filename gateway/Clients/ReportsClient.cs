using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>The Order service's reports, as the manager's pages use them. All days are UTC.</summary>
internal sealed class ReportsClient(HttpClient http, Visitor visitor)
{
    /// <summary>Today against yesterday.</summary>
    public Task<Outcome<OverviewResponse>> Overview(CancellationToken cancellationToken) =>
        http.Get<OverviewResponse>(visitor, "api/reports/overview", cancellationToken);

    /// <summary>The last thirty days, twelve weeks or twelve months.</summary>
    public Task<Outcome<TimeseriesResponse>> Timeseries(Bucket bucket, CancellationToken cancellationToken) =>
        http.Get<TimeseriesResponse>(
            visitor,
            $"api/reports/timeseries?bucket={ServiceDefaults.PizzeriaJson.Text(bucket)}",
            cancellationToken
        );

    /// <summary>How each pizza sold in the last thirty days.</summary>
    public Task<Outcome<RankingResponse<PizzaReport>>> Pizzas(CancellationToken cancellationToken) =>
        http.Get<RankingResponse<PizzaReport>>(visitor, "api/reports/pizzas", cancellationToken);

    /// <summary>What chefs and drivers did in the last thirty days.</summary>
    public Task<Outcome<RankingResponse<StaffReport>>> Staff(CancellationToken cancellationToken) =>
        http.Get<RankingResponse<StaffReport>>(visitor, "api/reports/staff", cancellationToken);
}
