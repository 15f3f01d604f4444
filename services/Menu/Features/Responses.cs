using MariosPizzeria.Contracts;
using MariosPizzeria.Menus.Domain;

namespace MariosPizzeria.Menus.Features;

/// <summary>A pizza as its guests see it.</summary>
/// <param name="Id">Slug.</param>
/// <param name="Name">Display name.</param>
/// <param name="Description">One or two sentences.</param>
/// <param name="BasePrice">The small pizza's price without toppings.</param>
/// <param name="Toppings">Its own toppings.</param>
/// <param name="Prices">What it costs with its own toppings, by size.</param>
/// <param name="Available">Whether it can be ordered.</param>
/// <param name="UnavailableReason">Why not.</param>
public sealed record PizzaResponse(
    string Id,
    string Name,
    string Description,
    Money BasePrice,
    IReadOnlyList<string> Toppings,
    SizePrices Prices,
    bool Available,
    string? UnavailableReason
)
{
    /// <summary>From the stored one.</summary>
    public static PizzaResponse Of(Pizza pizza) =>
        new(
            pizza.Id,
            pizza.Name,
            pizza.Description,
            pizza.BasePrice,
            pizza.Toppings,
            new(Price(pizza, PizzaSize.Small), Price(pizza, PizzaSize.Medium), Price(pizza, PizzaSize.Large)),
            pizza.Available,
            pizza.UnavailableReason
        );

    private static Money Price(Pizza pizza, PizzaSize size) => Pricing.Of(pizza.BasePrice, size, pizza.Toppings.Count).UnitPrice;
}

/// <summary>A pizza's price in each size.</summary>
public sealed record SizePrices(Money Small, Money Medium, Money Large);
