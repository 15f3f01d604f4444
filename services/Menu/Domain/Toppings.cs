using System.Collections.Frozen;

namespace MariosPizzeria.MenuService.Domain;

/// <summary>The toppings of pizzas.</summary>
public static class Toppings
{
    /// <summary>Every approved topping, in the menu's order.</summary>
    public static readonly IReadOnlyList<string> Approved =
    [
        "pepperoni",
        "ham",
        "pineapple",
        "peppers",
        "mushrooms",
        "onions",
        "olives",
        "chicken",
        "sausage",
        "bacon",
        "extra-cheese",
        "basil",
        "jalapenos",
        "anchovies",
    ];

    private static readonly FrozenSet<string> Set = Approved.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a topping is approved.</summary>
    public static bool IsApproved(string topping) => Set.Contains(topping);
}
