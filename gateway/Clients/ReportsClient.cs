namespace MariosPizzeria.Gateway.Clients;

/// <summary>Calls the Order service's report endpoints for the manager's pages. All days are the shop's business days.</summary>
internal sealed class ReportsClient(HttpClient http, Visitor visitor)
{
    /// <summary>Returns today's figures compared with yesterday's.</summary>
    public Task<Result<OverviewResponse>> OverviewAsync(CancellationToken cancellationToken) =>
        http.GetAsync<OverviewResponse>(visitor, "api/reports/overview", cancellationToken);

    /// <summary>Returns the takings of a period.</summary>
    public Task<Result<TakingsResponse>> TakingsAsync(ShopPeriod period, CancellationToken cancellationToken) =>
        http.GetAsync<TakingsResponse>(visitor, $"api/reports/takings?{period.Query}", cancellationToken);

    /// <summary>Returns the late orders of a period.</summary>
    public Task<Result<LateOrdersResponse>> LateAsync(ShopPeriod period, CancellationToken cancellationToken) =>
        http.GetAsync<LateOrdersResponse>(visitor, $"api/reports/late?{period.Query}", cancellationToken);

    /// <summary>Returns a period's orders by the hour. Fails with <c>validation</c> if the period is too long.</summary>
    public Task<Result<HoursResponse>> HoursAsync(ShopPeriod period, CancellationToken cancellationToken) =>
        http.GetAsync<HoursResponse>(visitor, $"api/reports/hours?{period.Query}", cancellationToken);

    /// <summary>Returns the figures of the last thirty days, twelve weeks or twelve months.</summary>
    public Task<Result<TimeseriesResponse>> TimeseriesAsync(Bucket bucket, CancellationToken cancellationToken) =>
        http.GetAsync<TimeseriesResponse>(visitor, $"api/reports/timeseries?bucket={PizzeriaJson.Text(bucket)}", cancellationToken);

    /// <summary>Returns the sales of each pizza in the last thirty days.</summary>
    public Task<Result<RankingResponse<PizzaReport>>> PizzasAsync(CancellationToken cancellationToken) =>
        http.GetAsync<RankingResponse<PizzaReport>>(visitor, "api/reports/pizzas", cancellationToken);

    /// <summary>Returns the work of chefs and drivers in the last thirty days.</summary>
    public Task<Result<RankingResponse<StaffReport>>> StaffAsync(CancellationToken cancellationToken) =>
        http.GetAsync<RankingResponse<StaffReport>>(visitor, "api/reports/staff", cancellationToken);
}
