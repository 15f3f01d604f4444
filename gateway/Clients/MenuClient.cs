using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>The Menu service, as pages use it.</summary>
internal sealed class MenuClient(HttpClient http, Visitor visitor)
{
    /// <summary>Everything a guest chooses from.</summary>
    public Task<Outcome<MenuResponse>> Read(CancellationToken cancellationToken) =>
        http.Get<MenuResponse>(visitor, "api/menu", cancellationToken);

    /// <summary>
    /// What these would cost and when they would be ready; or <c>validation</c>, <c>unknown-pizza</c>, <c>unknown-topping</c>,
    /// <c>sold-out</c>, <c>unavailable</c>.
    /// </summary>
    public async Task<Outcome<QuoteResponse>> Quote(IEnumerable<CartLine> items, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(
            new QuoteRequest([.. items.Select(item => item.ToRequest())]),
            options: ServiceDefaults.PizzeriaJson.Options
        );
        var request = new HttpRequestMessage(HttpMethod.Post, "api/menu/quote") { Content = content };
        request.Options.Set(ServiceDefaults.Clients.ServiceRequest.Repeatable, value: true);
        return await http.Send<QuoteResponse>(visitor, request, cancellationToken);
    }
}
