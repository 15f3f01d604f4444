using System.Collections.Frozen;

namespace MariosPizzeria.Gateway.Web;

// The menu's texts. The API's are in English; the pages translate the seeded descriptions and the toppings.
internal sealed partial class Texts
{
    // Keyed by the English text: a description that a manager changed is not translated.
    private static readonly FrozenDictionary<string, string> ItalianDescriptions = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Tomato sauce and fresh mozzarella: the one that all others are measured by."] =
            "Pomodoro e mozzarella fresca: quella con cui si misurano tutte le altre.",
        ["Mozzarella under a full layer of spicy pepperoni, crisp at the edges."] =
            "Mozzarella sotto uno strato intero di salame piccante, croccante ai bordi.",
        ["Sweet pineapple and smoked ham on mozzarella. No apology is made."] =
            "Ananas dolce e prosciutto affumicato sulla mozzarella. Senza chiedere scusa.",
        ["Roasted peppers, mushrooms, red onions and black olives from the market."] =
            "Peperoni arrostiti, funghi, cipolle rosse e olive nere del mercato.",
        ["Grilled chicken and onions on a smoky barbecue sauce."] = "Pollo alla griglia e cipolle su salsa barbecue affumicata.",
        ["Pepperoni, sausage, bacon and ham. Come hungry."] = "Salame piccante, salsiccia, pancetta e prosciutto. Vieni con fame.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public string DeliveryFee => Format("Delivery", "Consegna");

    /// <summary>Returns the total with delivery, if there is a delivery fee.</summary>
    public string WithDelivery(Money fee, Money total) =>
        Format($"Delivered: + {Price(fee)}, in all {Price(total)}", $"Con la consegna: + {Price(fee)}, in tutto {Price(total)}");

    /// <summary>Returns the area of delivery.</summary>
    public string DeliveredTo(IEnumerable<string> postcodes) =>
        Format($"We deliver to {string.Join(", ", postcodes)}.", $"Consegniamo a {string.Join(", ", postcodes)}.");

    /// <summary>Returns the minimum order for delivery.</summary>
    public string MinimumForDelivery(Money minimum) =>
        Format($"We deliver orders of {Price(minimum)} or more.", $"Consegniamo ordini da {Price(minimum)} in su.");

    public string ToppingsInStock => Format("Toppings", "Ingredienti");

    public string ToppingsInStockHint =>
        Format(
            "Pizzas that contain a topping are sold out with it. All are back in the morning.",
            "Le pizze che contengono un ingrediente sono esaurite con esso. La mattina tornano tutte."
        );
    public string WithoutAllergens => Format("Leave out allergens", "Escludi allergeni");
    public string ShowThese => Format("Show these", "Mostra queste");
    public string NothingWithout => Format("There is no pizza without all of these.", "Non c'è nessuna pizza senza tutti questi.");

    public string Allergens => Format("Allergens", "Allergeni");

    /// <summary>Returns a pizza's description, and its language tag if that differs from the page's language; otherwise null.</summary>
    public (string Text, string? Language) DescriptionOf(PizzaResponse pizza) =>
        language is Language.English ? (pizza.Description, null)
        : ItalianDescriptions.TryGetValue(pizza.Description, out var italian) ? (italian, null)
        : (pizza.Description, Language.English.Tag());

    /// <summary>Returns why a pizza can't be ordered: the sold out topping, otherwise the staff's reason; null if there is none.</summary>
    public string? WhySoldOut(PizzaResponse pizza, MenuResponse menu) =>
        pizza.Toppings.FirstOrDefault(own => menu.Toppings.Any(topping => topping.Name == own && !topping.Available)) is { } missing
        && pizza.UnavailableReason?.StartsWith($"{missing} is sold out", StringComparison.Ordinal) == true
            ? Format($"no {Topping(missing)} left", $"{Topping(missing)}: non ce n'è più")
            : pizza.UnavailableReason;

    /// <summary>Returns allergens as part of a sentence: <c>gluten, milk</c>.</summary>
    public string AllergenList(IEnumerable<Allergen> allergens) => string.Join(", ", allergens.Select(AllergenName));

    /// <summary>Returns the name of one of the fourteen allergens, in lower case.</summary>
    public string AllergenName(Allergen allergen) =>
        allergen switch
        {
            Allergen.Gluten => Format("gluten", "glutine"),
            Allergen.Crustaceans => Format("crustaceans", "crostacei"),
            Allergen.Eggs => Format("eggs", "uova"),
            Allergen.Fish => Format("fish", "pesce"),
            Allergen.Peanuts => Format("peanuts", "arachidi"),
            Allergen.Soybeans => Format("soybeans", "soia"),
            Allergen.Milk => Format("milk", "latte"),
            Allergen.Nuts => Format("nuts", "frutta a guscio"),
            Allergen.Celery => Format("celery", "sedano"),
            Allergen.Mustard => Format("mustard", "senape"),
            Allergen.Sesame => Format("sesame", "sesamo"),
            Allergen.Sulphites => Format("sulphites", "solfiti"),
            Allergen.Lupin => Format("lupin", "lupini"),
            _ => Format("molluscs", "molluschi"),
        };
}
