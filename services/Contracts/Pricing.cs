namespace MariosPizzeria.Contracts;

/// <summary>How large a pizza is baked.</summary>
public enum PizzaSize
{
    Small,
    Medium,
    Large,
}

/// <summary>
/// What a pizza costs, and why. Menu, quote, order, receipt and refund all take their figure from here; nothing else in the
/// product multiplies a price.
/// </summary>
public static class Pricing
{
    /// <summary>What each topping adds, the pizza's own and extra ones alike.</summary>
    public static readonly Money Topping = new(250);

    /// <summary>What the base price is multiplied with: 1.0, 1.3 or 1.6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a size.</exception>
    public static decimal Multiplier(PizzaSize size) => Tenths(size) / 10m;

    /// <summary>
    /// Price of one pizza: base price × multiplier + 2.50 × toppings, rounded half up to cents. Reckoned in whole cents, so that
    /// the result is exact.
    /// </summary>
    /// <param name="basePrice">The small pizza's price without toppings; not negative.</param>
    /// <param name="size">The size ordered.</param>
    /// <param name="toppings">How many toppings it bears, its own and extra together; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative price or number of toppings, or not a size.</exception>
    /// <exception cref="OverflowException">More than a <see cref="long"/> of cents.</exception>
    public static PriceBreakdown Of(Money basePrice, PizzaSize size, int toppings)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(basePrice.Cents, nameof(basePrice));
        ArgumentOutOfRangeException.ThrowIfNegative(toppings);

        var sized = new Money(checked((basePrice.Cents * Tenths(size)) + 5) / 10);
        var toppingsPrice = Topping * toppings;
        return new(basePrice, Multiplier(size), sized, toppings, Topping, toppingsPrice, sized + toppingsPrice);
    }

    private static long Tenths(PizzaSize size) =>
        size switch
        {
            PizzaSize.Small => 10,
            PizzaSize.Medium => 13,
            PizzaSize.Large => 16,
            _ => throw new ArgumentOutOfRangeException(nameof(size), size, message: null),
        };
}

/// <summary>One pizza's price, taken apart.</summary>
/// <param name="BasePrice">The small pizza's price without toppings.</param>
/// <param name="Multiplier">What the size multiplies it with.</param>
/// <param name="SizedPrice">Base price × multiplier, rounded half up to cents.</param>
/// <param name="Toppings">How many toppings, own and extra.</param>
/// <param name="ToppingPrice">What each of them adds.</param>
/// <param name="ToppingsPrice">What they add together.</param>
/// <param name="UnitPrice">What one such pizza costs.</param>
public sealed record PriceBreakdown(
    Money BasePrice,
    decimal Multiplier,
    Money SizedPrice,
    int Toppings,
    Money ToppingPrice,
    Money ToppingsPrice,
    Money UnitPrice
);
