using System.Globalization;

namespace MariosPizzeria.Gateway.Web;

/// <summary>The picture of a pizza: the layers on it, and those that can be added.</summary>
/// <param name="Letter">Shown if the picture can't be loaded.</param>
/// <param name="Toppings">The layers that are always visible.</param>
/// <param name="Undrawn">The toppings without a picture: each is a disc with its first letter.</param>
/// <param name="Choices">The layers that style.css shows if the form's checkbox of that name is checked.</param>
/// <param name="Turn">The rotation in degrees, which depends on the pizza so that pictures differ.</param>
internal sealed record PizzaArt(
    string Letter,
    IReadOnlyList<string> Toppings,
    IReadOnlyList<string> Undrawn,
    IReadOnlyList<string> Choices,
    int Turn
)
{
    private const int Step = 47;
    private const int FullTurn = 360;
    private const double Middle = 100;
    private const double DiscsFromMiddle = 52;

    // The toppings with a picture in art.svg.
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

    /// <summary>Returns the picture of a pizza on the menu, with its possible extra toppings.</summary>
    public static PizzaArt OnMenu(PizzaResponse pizza, MenuResponse menu) =>
        new(
            LetterOf(pizza.Name),
            [.. pizza.Toppings.Where(Drawn.Contains)],
            UndrawnOf(pizza.Toppings),
            pizza.Available ? [.. menu.Toppings.Select(topping => topping.Name).Where(Drawn.Contains)] : [],
            TurnOf(pizza.Id)
        );

    /// <summary>Returns the picture of a pizza with the chosen toppings.</summary>
    public static PizzaArt Chosen(string pizzaId, IReadOnlyList<string> toppings) =>
        new(
            LetterOf(pizzaId),
            [.. toppings.Where(Drawn.Contains).Distinct(StringComparer.Ordinal)],
            UndrawnOf(toppings),
            [],
            TurnOf(pizzaId)
        );

    /// <summary>The positions and letters of the discs of toppings without a picture.</summary>
    public IEnumerable<(string Letter, string X, string Y)> Discs =>
        Undrawn.Select(
            (topping, at) =>
            {
                var (sine, cosine) = Math.SinCos(Math.Tau * ((double)Turn / FullTurn + (double)at / Undrawn.Count));
                return (LetterOf(topping), Text(Middle + DiscsFromMiddle * cosine), Text(Middle + DiscsFromMiddle * sine));
            }
        );

    private static IReadOnlyList<string> UndrawnOf(IEnumerable<string> toppings) =>
        [.. toppings.Where(topping => !Drawn.Contains(topping)).Distinct(StringComparer.Ordinal)];

    private static string LetterOf(string name) =>
        name.Length == 0 ? "" : StringInfo.GetNextTextElement(name).ToUpper(CultureInfo.InvariantCulture);

    private static string Text(double at) => at.ToString("0.#", CultureInfo.InvariantCulture);

    // Stable across replicas, unlike a string's hash code.
    private static int TurnOf(string id) => id.Sum(letter => letter) * Step % FullTurn;
}
