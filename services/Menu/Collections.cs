namespace MariosPizzeria.MenuService;

/// <summary>The documents that the menu service stores, and their indexes.</summary>
public static class Collections
{
    // A pizza that was removed has no key, so it is in no list.
    private static readonly DocumentIndex<Pizza> Listed = new("listed", pizza => pizza.Removed ? null : pizza.Name);

    /// <summary>All pizzas, including removed ones.</summary>
    public static readonly DocumentType<Pizza> Pizzas = new("pizzas", Listed);

    /// <summary>The toppings that are or were sold out.</summary>
    public static readonly DocumentType<Topping> Toppings = new("toppings");

    /// <summary>The kitchen's load: one document.</summary>
    public static readonly DocumentType<KitchenLoad> KitchenLoads = new("kitchen_loads");

    /// <summary>The pizzas on the menu, cheapest first.</summary>
    public static async Task<IReadOnlyList<Pizza>> MenuAsync(this IRepository<Pizza> pizzas, CancellationToken cancellationToken)
    {
        var listed = await pizzas.ListAsync(Query<Pizza>.All.Ascending(Listed), cancellationToken);
        return [.. listed.OrderBy(pizza => pizza.BasePrice)];
    }

    /// <summary>Returns which toppings are sold out.</summary>
    public static async Task<Stock> StockAsync(this IRepository<Topping> toppings, CancellationToken cancellationToken) =>
        new(await toppings.ListAsync(Query<Topping>.All, cancellationToken));

    /// <summary>Returns the kitchen's load that was received last, or null.</summary>
    public static Task<KitchenLoad?> CurrentAsync(this IRepository<KitchenLoad> loads, CancellationToken cancellationToken) =>
        loads.FindAsync(KitchenLoad.SingletonId, cancellationToken);
}
