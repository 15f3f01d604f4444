namespace MariosPizzeria.Contracts;

/// <summary>The size of a pizza.</summary>
public enum PizzaSize
{
    Small,
    Medium,
    Large,
}

/// <summary>
/// Computes the price of a pizza and its parts. Menu, quote, order, receipt and refund all use it; no other code of the product multiplies
/// a price.
/// </summary>
public static class Pricing
{
    /// <summary>The price of each topping, the pizza's own and extra ones alike.</summary>
    public static readonly Money Topping = new(250);

    /// <summary>Returns the factor for the base price: 1.0, 1.3 or 1.6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a size.</exception>
    public static decimal Multiplier(PizzaSize size) => Tenths(size) / 10m;

    /// <summary>
    /// Returns the price of one pizza: base price × multiplier + 2.50 × toppings, rounded half up to cents. Computed in whole cents, so
    /// that the result is exact.
    /// </summary>
    /// <param name="basePrice">The small pizza's price without toppings; not negative.</param>
    /// <param name="toppings">The number of its toppings, own and extra together; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative price or number of toppings, or not a size.</exception>
    /// <exception cref="OverflowException">The price does not fit into a <see cref="long"/> of cents.</exception>
    public static PriceBreakdown Of(Money basePrice, PizzaSize size, int toppings)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(basePrice.Cents, nameof(basePrice));
        ArgumentOutOfRangeException.ThrowIfNegative(toppings);

        var sized = new Money(checked((basePrice.Cents * Tenths(size)) + 5) / 10);
        var toppingsPrice = Topping * toppings;
        return new(basePrice, Multiplier(size), sized, toppings, Topping, toppingsPrice, sized + toppingsPrice);
    }

    /// <summary>Returns the total of an order: its lines and the delivery fee. Every total is computed here.</summary>
    public static Money Total(IEnumerable<Money> lineTotals, Money deliveryFee) => lineTotals.Sum() + deliveryFee;

    private static long Tenths(PizzaSize size) =>
        size switch
        {
            PizzaSize.Small => 10,
            PizzaSize.Medium => 13,
            PizzaSize.Large => 16,
            _ => throw new ArgumentOutOfRangeException(nameof(size), size, message: null),
        };
}

/// <summary>The parts of one pizza's price.</summary>
/// <param name="BasePrice">The small pizza's price without toppings.</param>
/// <param name="Multiplier">The size's factor for the base price.</param>
/// <param name="SizedPrice">Base price × multiplier, rounded half up to cents.</param>
/// <param name="Toppings">The number of toppings, own and extra.</param>
/// <param name="ToppingPrice">The price of each topping.</param>
/// <param name="ToppingsPrice">The price of all toppings.</param>
/// <param name="UnitPrice">The price of one such pizza.</param>
public sealed record PriceBreakdown(
    Money BasePrice,
    decimal Multiplier,
    Money SizedPrice,
    int Toppings,
    Money ToppingPrice,
    Money ToppingsPrice,
    Money UnitPrice
);
