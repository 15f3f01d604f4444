using MariosPizzeria.Contracts.Api;

namespace MariosPizzeria.Gateway.Web;

/// <summary>A pizza to be drawn: the layers that lie on it, and those that may come to lie on it.</summary>
/// <param name="Toppings">Drawn always.</param>
/// <param name="Choices">Drawn when the form's checkbox of that name is ticked; style.css sees to it.</param>
/// <param name="Turn">Degrees, so that no two pizzas lie alike.</param>
internal sealed record PizzaArt(IReadOnlyList<string> Toppings, IReadOnlyList<string> Choices, int Turn)
{
    private const int Step = 47;

    // What art.svg has a picture of.
    private static readonly HashSet<string> Drawn = new(StringComparer.Ordinal)
    {
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
    };

    /// <summary>A pizza of the menu, on which extra toppings may be put.</summary>
    public static PizzaArt OnMenu(PizzaResponse pizza, MenuResponse menu) =>
        new(
            [.. pizza.Toppings.Where(Drawn.Contains)],
            pizza.Available ? [.. menu.Toppings.Select(topping => topping.Name).Where(Drawn.Contains)] : [],
            TurnOf(pizza.Id)
        );

    /// <summary>A pizza as it was chosen.</summary>
    public static PizzaArt Chosen(string pizzaId, IEnumerable<string> toppings) =>
        new([.. toppings.Where(Drawn.Contains).Distinct(StringComparer.Ordinal)], [], TurnOf(pizzaId));

    // The same on every replica, which a string's hash code is not.
    private static int TurnOf(string id) => id.Sum(letter => letter) * Step % 360;
}
