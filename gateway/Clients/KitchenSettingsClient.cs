using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>How busy the kitchen is, and what its manager sets.</summary>
internal sealed class KitchenSettingsClient(HttpClient http, Visitor visitor)
{
    /// <summary>The kitchen now.</summary>
    public Task<Outcome<StatusResponse>> Read(CancellationToken cancellationToken) =>
        http.Get<StatusResponse>(visitor, "api/kitchen/status", cancellationToken);

    /// <summary>How many tickets may cook at the same time; or <c>validation</c>.</summary>
    public Task<Outcome<StatusResponse>> SetCapacity(int? capacity, CancellationToken cancellationToken) =>
        http.Put<StatusResponse>(visitor, "api/kitchen/capacity", new { capacity }, cancellationToken);

    /// <summary>Whether new orders are refused, and why; or <c>validation</c>.</summary>
    public Task<Outcome<StatusResponse>> SetPaused(bool paused, string? reason, CancellationToken cancellationToken) =>
        http.Put<StatusResponse>(visitor, "api/kitchen/paused", new { paused, reason }, cancellationToken);
}
