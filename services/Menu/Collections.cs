using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.MenuService;

/// <summary>What the menu service stores, and by what it finds it.</summary>
public static class Collections
{
    // A pizza that was taken off has no key, and so is in no list.
    private static readonly Index<Pizza> Listed = new("listed", pizza => pizza.Removed ? null : pizza.Name);

    /// <summary>Every pizza there is or was.</summary>
    public static readonly DocumentType<Pizza> Pizzas = new("pizzas", Listed);

    /// <summary>The kitchen's load: one document.</summary>
    public static readonly DocumentType<KitchenLoad> KitchenLoads = new("kitchen_loads");

    /// <summary>The pizzas on the menu, cheapest first.</summary>
    public static async Task<IReadOnlyList<Pizza>> Menu(this IRepository<Pizza> pizzas, CancellationToken cancellationToken)
    {
        var listed = await pizzas.List(Query<Pizza>.All.Ascending(Listed), cancellationToken);
        return [.. listed.OrderBy(pizza => pizza.BasePrice)];
    }

    /// <summary>The kitchen's load as it was last heard of, or null.</summary>
    public static Task<KitchenLoad?> Current(this IRepository<KitchenLoad> loads, CancellationToken cancellationToken) =>
        loads.Find(KitchenLoad.TheOnlyId, cancellationToken);
}
