using MariosPizzeria.Contracts;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.MenuService.Features;

/// <summary>A pizza as its guests see it.</summary>
/// <param name="Id">Slug.</param>
/// <param name="Name">Display name.</param>
/// <param name="Description">One or two sentences.</param>
/// <param name="BasePrice">The small pizza's price without toppings.</param>
/// <param name="Toppings">Its own toppings.</param>
/// <param name="Prices">What it costs with its own toppings, by size.</param>
/// <param name="Available">Whether it can be ordered.</param>
/// <param name="UnavailableReason">Why not.</param>
/// <param name="Version">Counts its changes; also the answer's entity tag, which <c>If-Match</c> takes.</param>
public sealed record PizzaResponse(
    string Id,
    string Name,
    string Description,
    Money BasePrice,
    IReadOnlyList<string> Toppings,
    SizePrices Prices,
    bool Available,
    string? UnavailableReason,
    long Version
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
            pizza.UnavailableReason,
            pizza.Version
        );

    private static Money Price(Pizza pizza, PizzaSize size) => Pricing.Of(pizza.BasePrice, size, pizza.Toppings.Count).UnitPrice;
}

/// <summary>How a pizza is answered: with the entity tag of its version.</summary>
internal static class PizzaResults
{
    /// <summary>200 with the pizza, or the fault's problem document.</summary>
    public static IResult ToOk(this Outcome<Pizza> outcome, HttpContext http) => outcome.Tagged(http).ToOk(PizzaResponse.Of);

    /// <summary>201 with the pizza and where it is, or the fault's problem document.</summary>
    public static IResult ToCreated(this Outcome<Pizza> outcome, HttpContext http) =>
        outcome.Tagged(http).ToCreated(pizza => $"/api/menu/pizzas/{pizza.Id}", PizzaResponse.Of);

    private static Outcome<Pizza> Tagged(this Outcome<Pizza> outcome, HttpContext http)
    {
        if (outcome.Succeeded)
        {
            http.Response.Headers.ETag = IfMatch.TagOf(outcome.Value.Version);
        }

        return outcome;
    }
}

/// <summary>A pizza's price in each size.</summary>
public sealed record SizePrices(Money Small, Money Medium, Money Large);
