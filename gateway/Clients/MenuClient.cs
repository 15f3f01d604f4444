using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>Calls the Menu service's read endpoints for pages.</summary>
internal sealed class MenuClient(HttpClient http, Visitor visitor)
{
    /// <summary>Returns the menu.</summary>
    public Task<Result<MenuResponse>> ReadAsync(CancellationToken cancellationToken) =>
        http.GetAsync<MenuResponse>(visitor, "api/menu", cancellationToken);

    /// <summary>
    /// Returns the price of these items and the time when they would be ready. Fails with <c>validation</c>, <c>unknown-pizza</c>,
    /// <c>unknown-topping</c>, <c>sold-out</c> or <c>unavailable</c>.
    /// </summary>
    public Task<Result<QuoteResponse>> QuoteAsync(IEnumerable<CartLine> items, CancellationToken cancellationToken) =>
        http.SendAsync<QuoteResponse>(
            visitor,
            ServiceRequest.RepeatablePost("api/menu/quote", new QuoteRequest([.. items.Select(item => item.ToRequest())])),
            cancellationToken
        );
}
