using MariosPizzeria.Gateway.Proxying;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>Calls the Menu service's endpoints that change the menu, for managers.</summary>
internal sealed class MenuEditingClient(HttpClient http, Visitor visitor, MenuResponseCache copy)
{
    /// <summary>Adds a pizza to the menu. Fails with <c>validation</c>, <c>unknown-topping</c> or <c>already-exists</c>.</summary>
    public Task<Result<PizzaResponse>> AddAsync(PizzaRequest recipe, CancellationToken cancellationToken) =>
        ChangingAsync(http.PostAsync<PizzaResponse>(visitor, "api/menu/pizzas", recipe, key: null, cancellationToken));

    /// <summary>
    /// Replaces a pizza's recipe and price if its version is still <paramref name="version"/>. Fails with <c>validation</c>,
    /// <c>unknown-topping</c>, <c>not-found</c> or <c>version-conflict</c>.
    /// </summary>
    public Task<Result<PizzaResponse>> ChangeAsync(string id, long version, PizzaRequest recipe, CancellationToken cancellationToken) =>
        ChangingAsync(http.PutAsync<PizzaResponse>(visitor, AddressOf(id), recipe, cancellationToken, version));

    /// <summary>
    /// Removes a pizza from the menu if its version is still <paramref name="version"/>. Returns null on success, otherwise
    /// <c>not-found</c> or <c>version-conflict</c>.
    /// </summary>
    public Task<Error?> RemoveAsync(string id, long version, CancellationToken cancellationToken) =>
        ChangingAsync(http.DeleteAsync(visitor, AddressOf(id), version, cancellationToken));

    /// <summary>Marks a pizza sold out, with a reason for guests, or available. Fails with <c>validation</c> or <c>not-found</c>.</summary>
    public Task<Result<PizzaResponse>> SetAvailabilityAsync(
        string id,
        bool available,
        string? reason,
        CancellationToken cancellationToken
    ) =>
        ChangingAsync(http.PutAsync<PizzaResponse>(visitor, $"{AddressOf(id)}/availability", new { available, reason }, cancellationToken));

    /// <summary>
    /// Marks a topping, and all pizzas that contain it, sold out or available. Fails with <c>validation</c> or <c>not-found</c>.
    /// </summary>
    public Task<Result<ToppingResponse>> SetToppingAvailabilityAsync(
        string name,
        bool available,
        string? reason,
        CancellationToken cancellationToken
    ) =>
        ChangingAsync(
            http.PutAsync<ToppingResponse>(
                visitor,
                $"api/menu/toppings/{Uri.EscapeDataString(name)}/availability",
                new { available, reason },
                cancellationToken
            )
        );

    // Invalidates the gateway's copy of the menu, so that the next read shows the change, also through the API.
    private async Task<T> ChangingAsync<T>(Task<T> change)
    {
        try
        {
            return await change;
        }
        finally
        {
            copy.Invalidate();
        }
    }

    private static string AddressOf(string id) => $"api/menu/pizzas/{Uri.EscapeDataString(id)}";
}
