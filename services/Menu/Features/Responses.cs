using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.MenuService.Features;

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

/// <summary>Shows pizzas.</summary>
internal static class PizzaResponses
{
    private static Money Price(Pizza pizza, PizzaSize size) => Pricing.Of(pizza.BasePrice, size, pizza.Toppings.Count).UnitPrice;

    extension(PizzaResponse)
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
    }
}
