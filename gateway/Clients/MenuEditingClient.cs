using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>The Menu service, as its manager changes it.</summary>
internal sealed class MenuEditingClient(HttpClient http, Visitor visitor)
{
    /// <summary>Puts a pizza on the menu; or <c>validation</c>, <c>unknown-topping</c>, <c>already-exists</c>.</summary>
    public Task<Outcome<PizzaResponse>> Add(PizzaRequest recipe, CancellationToken cancellationToken) =>
        http.Post<PizzaResponse>(visitor, "api/menu/pizzas", recipe, key: null, cancellationToken);

    /// <summary>
    /// Gives a pizza another recipe or price, if it is still the version that was looked at; or <c>validation</c>,
    /// <c>unknown-topping</c>, <c>not-found</c>, <c>version-conflict</c>.
    /// </summary>
    public Task<Outcome<PizzaResponse>> Change(string id, long version, PizzaRequest recipe, CancellationToken cancellationToken) =>
        http.Put<PizzaResponse>(visitor, AddressOf(id), recipe, cancellationToken, version);

    /// <summary>
    /// Takes a pizza off the menu, if it is still the version that was looked at; null, or <c>not-found</c>, <c>version-conflict</c>.
    /// </summary>
    public Task<Fault?> Remove(string id, long version, CancellationToken cancellationToken) =>
        http.Delete(visitor, AddressOf(id), version, cancellationToken);

    /// <summary>Marks a pizza sold out, with the reason that guests read, or brings it back; or <c>validation</c>, <c>not-found</c>.</summary>
    public Task<Outcome<PizzaResponse>> SetAvailability(string id, bool available, string? reason, CancellationToken cancellationToken) =>
        http.Put<PizzaResponse>(visitor, $"{AddressOf(id)}/availability", new { available, reason }, cancellationToken);

    private static string AddressOf(string id) => $"api/menu/pizzas/{Uri.EscapeDataString(id)}";
}
