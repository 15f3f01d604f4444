using System.Collections.Frozen;

namespace MariosPizzeria.MenuService.Domain;

/// <summary>
/// The allergens of the base and the toppings. The table declares what such ingredients usually contain, rather too much than too little.
/// It must be checked against the suppliers' labels, and is changed here.
/// </summary>
public static class Allergens
{
    /// <summary>The allergens of every pizza: wheat in the dough, mozzarella on it.</summary>
    public static readonly IReadOnlyList<Allergen> OfBase = [Allergen.Gluten, Allergen.Milk];

    // A topping that is not listed contains none.
    private static readonly FrozenDictionary<string, Allergen[]> ByTopping = new Dictionary<string, Allergen[]>(StringComparer.Ordinal)
    {
        // Spices and preservatives of cured sausage.
        ["pepperoni"] = [Allergen.Mustard, Allergen.Sulphites],
        // With breadcrumbs.
        ["sausage"] = [Allergen.Gluten, Allergen.Mustard, Allergen.Sulphites],
        // Its marinade, and the barbecue sauce that it comes with.
        ["chicken"] = [Allergen.Celery, Allergen.Mustard],
        ["extra-cheese"] = [Allergen.Milk],
        // Pickled.
        ["jalapenos"] = [Allergen.Sulphites],
        ["anchovies"] = [Allergen.Fish],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns the allergens of a topping; empty if it contains none of the fourteen.</summary>
    public static IReadOnlyList<Allergen> OfTopping(string topping) => ByTopping.GetValueOrDefault(topping, []);

    /// <summary>Returns the allergens of a pizza with these toppings, without duplicates, in the order of <see cref="Allergen"/>.</summary>
    public static IReadOnlyList<Allergen> OfPizza(IEnumerable<string> toppings) =>
        [.. OfBase.Concat(toppings.SelectMany(OfTopping)).Distinct().Order()];
}
