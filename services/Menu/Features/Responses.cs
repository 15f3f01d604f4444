namespace MariosPizzeria.MenuService.Features;

/// <summary>
/// Creates responses with a pizza: they have the entity tag of its version, and its availability takes its toppings into account.
/// </summary>
public sealed class PizzaResults(IRepository<Topping> toppings)
{
    /// <summary>Returns 200 with the pizza, or the error's problem document.</summary>
    public async Task<IResult> ToOkAsync(Result<Pizza> outcome, HttpContext http, CancellationToken cancellationToken)
    {
        var shown = await ResponseMapperAsync(cancellationToken);
        return WithETag(outcome, http).ToOk(shown);
    }

    /// <summary>Runs a change with the version that the request expects, and returns the same response as the other overload.</summary>
    public async Task<IResult> ToOkAsync(HttpContext http, Func<IfMatch, Task<Result<Pizza>>> change, CancellationToken cancellationToken)
    {
        var expected = IfMatch.Of(http.Request);
        return expected.Succeeded ? await ToOkAsync(await change(expected.Value), http, cancellationToken) : expected.Error.ToProblem();
    }

    /// <summary>Returns 201 with the pizza and its location, or the error's problem document.</summary>
    public async Task<IResult> ToCreatedAsync(Result<Pizza> outcome, HttpContext http, CancellationToken cancellationToken)
    {
        var shown = await ResponseMapperAsync(cancellationToken);
        return WithETag(outcome, http).ToCreated(pizza => $"/api/menu/pizzas/{pizza.Id}", shown);
    }

    private async Task<Func<Pizza, PizzaResponse>> ResponseMapperAsync(CancellationToken cancellationToken)
    {
        var stock = await toppings.StockAsync(cancellationToken);
        return pizza => PizzaResponse.Of(pizza, stock);
    }

    private static Result<Pizza> WithETag(Result<Pizza> outcome, HttpContext http)
    {
        if (outcome.Succeeded)
        {
            http.Response.Headers.ETag = IfMatch.TagOf(outcome.Value.Version);
        }

        return outcome;
    }
}

internal static class PizzaResponses
{
    private static Money Price(Pizza pizza, PizzaSize size) => Pricing.Of(pizza.BasePrice, size, pizza.Toppings.Count).UnitPrice;

    extension(PizzaResponse)
    {
        public static PizzaResponse Of(Pizza pizza, Stock stock) =>
            new(
                pizza.Id,
                pizza.Name,
                pizza.Description,
                pizza.BasePrice,
                pizza.Toppings,
                new(Price(pizza, PizzaSize.Small), Price(pizza, PizzaSize.Medium), Price(pizza, PizzaSize.Large)),
                stock.CanSell(pizza),
                stock.ReasonOf(pizza),
                pizza.Version
            )
            {
                Allergens = Allergens.OfPizza(pizza.Toppings),
            };
    }

    extension(ToppingResponse)
    {
        public static ToppingResponse Of(Topping topping) => Of(topping.Id, topping.Available, topping.UnavailableReason);

        /// <summary>Creates the response for a topping and its availability.</summary>
        public static ToppingResponse Of(string name, bool available, string? reason) =>
            new(name, Pricing.Topping)
            {
                Allergens = Allergens.OfTopping(name),
                Available = available,
                UnavailableReason = reason,
            };
    }
}
