using System.Collections.Frozen;

namespace MariosPizzeria.MenuService.Domain;

/// <summary>What may lie on a pizza.</summary>
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

    /// <summary>Whether the kitchen has such a topping.</summary>
    public static bool IsApproved(string topping) => Set.Contains(topping);
}
