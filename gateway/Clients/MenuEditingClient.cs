using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>The Menu service, as its manager changes it.</summary>
internal sealed class MenuEditingClient(HttpClient http, Visitor visitor)
{
    /// <summary>Puts a pizza on the menu; or <c>validation</c>, <c>unknown-topping</c>, <c>already-exists</c>.</summary>
    public Task<Outcome<MenuPizza>> Add(PizzaRecipe recipe, CancellationToken cancellationToken) =>
        http.Post<MenuPizza>(visitor, "api/menu/pizzas", recipe, key: null, cancellationToken);

    /// <summary>
    /// Gives a pizza another recipe or price, if it is still the version that was looked at; or <c>validation</c>,
    /// <c>unknown-topping</c>, <c>not-found</c>, <c>version-conflict</c>.
    /// </summary>
    public Task<Outcome<MenuPizza>> Change(string id, long version, PizzaRecipe recipe, CancellationToken cancellationToken) =>
        http.Put<MenuPizza>(visitor, AddressOf(id), recipe, cancellationToken, version);

    /// <summary>
    /// Takes a pizza off the menu, if it is still the version that was looked at; null, or <c>not-found</c>, <c>version-conflict</c>.
    /// </summary>
    public Task<Fault?> Remove(string id, long version, CancellationToken cancellationToken) =>
        http.Delete(visitor, AddressOf(id), version, cancellationToken);

    /// <summary>Marks a pizza sold out, with the reason that guests read, or brings it back; or <c>validation</c>, <c>not-found</c>.</summary>
    public Task<Outcome<MenuPizza>> SetAvailability(string id, bool available, string? reason, CancellationToken cancellationToken) =>
        http.Put<MenuPizza>(visitor, $"{AddressOf(id)}/availability", new { available, reason }, cancellationToken);

    private static string AddressOf(string id) => $"api/menu/pizzas/{Uri.EscapeDataString(id)}";
}

/// <summary>A pizza as its manager writes it; the price is null where what was typed is none.</summary>
internal sealed record PizzaRecipe(string? Name, string? Description, Money? BasePrice, IReadOnlyList<string> Toppings);
