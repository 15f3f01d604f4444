using System.Collections.Frozen;

namespace MariosPizzeria.MenuService.Domain;

/// <summary>Which toppings are sold out, and which pizzas can be ordered as a result.</summary>
public sealed class Stock
{
    private readonly FrozenDictionary<string, Topping> _soldOut;

    /// <summary>Creates the stock from stored toppings.</summary>
    public Stock(IEnumerable<Topping> toppings) =>
        _soldOut = toppings.Where(topping => !topping.Available).ToFrozenDictionary(topping => topping.Id, StringComparer.Ordinal);

    /// <summary>Whether a topping is in stock.</summary>
    public bool Has(string topping) => !_soldOut.ContainsKey(topping);

    /// <summary>Returns why a topping can't be ordered, if a reason was given; null also while it can be ordered.</summary>
    public string? ReasonOf(string topping) => _soldOut.GetValueOrDefault(topping)?.UnavailableReason;

    /// <summary>Whether a pizza can be ordered: it is available, and so are all of its toppings.</summary>
    public bool CanSell(Pizza pizza) => pizza.Available && pizza.Toppings.TrueForAll(Has);

    /// <summary>
    /// Returns why a pizza can't be ordered: its own reason, otherwise the first of its toppings that is sold out; null while it can be
    /// ordered.
    /// </summary>
    public string? ReasonOf(Pizza pizza) =>
        !pizza.Available ? pizza.UnavailableReason
        : pizza.Toppings.Find(topping => !Has(topping)) is { } missing
            ? ReasonOf(missing) is { } reason ? $"{missing} is sold out: {reason}"
                : $"{missing} is sold out"
        : null;
}
