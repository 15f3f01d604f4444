using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>How busy the kitchen is, and what its manager sets.</summary>
internal sealed class KitchenSettingsClient(HttpClient http, Visitor visitor)
{
    /// <summary>The kitchen now.</summary>
    public Task<Outcome<KitchenSettings>> Read(CancellationToken cancellationToken) =>
        http.Get<KitchenSettings>(visitor, "api/kitchen/status", cancellationToken);

    /// <summary>How many tickets may cook at the same time; or <c>validation</c>.</summary>
    public Task<Outcome<KitchenSettings>> SetCapacity(int? capacity, CancellationToken cancellationToken) =>
        http.Put<KitchenSettings>(visitor, "api/kitchen/capacity", new { capacity }, cancellationToken);

    /// <summary>Whether new orders are refused, and why; or <c>validation</c>.</summary>
    public Task<Outcome<KitchenSettings>> SetPaused(bool paused, string? reason, CancellationToken cancellationToken) =>
        http.Put<KitchenSettings>(visitor, "api/kitchen/paused", new { paused, reason }, cancellationToken);
}

/// <summary>The kitchen's load and settings.</summary>
internal sealed record KitchenSettings(
    int Capacity,
    int Cooking,
    int Queued,
    int Ready,
    decimal AverageCookMinutes,
    bool Paused,
    string? Reason
);
