namespace MariosPizzeria.Gateway.Clients;

/// <summary>Reads the kitchen's load and changes its settings.</summary>
internal sealed class KitchenSettingsClient(HttpClient http, Visitor visitor)
{
    public Task<Result<StatusResponse>> ReadAsync(CancellationToken cancellationToken) =>
        http.GetAsync<StatusResponse>(visitor, "api/kitchen/status", cancellationToken);

    /// <summary>Sets how many tickets may cook at the same time. Fails with <c>validation</c>.</summary>
    public Task<Result<StatusResponse>> SetCapacityAsync(int? capacity, CancellationToken cancellationToken) =>
        http.PutAsync<StatusResponse>(visitor, "api/kitchen/capacity", new { capacity }, cancellationToken);

    /// <summary>Sets whether new orders are refused, and the reason. Fails with <c>validation</c>.</summary>
    public Task<Result<StatusResponse>> SetPausedAsync(bool paused, string? reason, CancellationToken cancellationToken) =>
        http.PutAsync<StatusResponse>(visitor, "api/kitchen/paused", new { paused, reason }, cancellationToken);
}
