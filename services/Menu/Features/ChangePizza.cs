namespace MariosPizzeria.MenuService.Features;

/// <summary>Changes the recipe or price of a pizza.</summary>
public sealed class ChangePizza(IRepository<Pizza> pizzas)
{
    /// <summary>Changes a pizza.</summary>
    public static Task<IResult> Put(
        string id,
        PizzaRequest request,
        ChangePizza change,
        PizzaResults results,
        HttpContext http,
        CancellationToken cancellationToken
    ) => results.ToOkAsync(http, expected => change.Handle(id, request, expected, http.Cause(), cancellationToken), cancellationToken);

    /// <summary>
    /// Returns the changed pizza; <c>validation</c>, <c>unknown-topping</c>, <c>not-found</c>, or <c>version-conflict</c> if it has another
    /// version than expected.
    /// </summary>
    public async Task<Result<Pizza>> Handle(
        string id,
        PizzaRequest request,
        IfMatch expected,
        Cause cause,
        CancellationToken cancellationToken
    )
    {
        var recipe = request.ToRecipe();
        return recipe.Succeeded
            ? await pizzas.ChangeAsync(
                id,
                pizza => expected.Check(pizza.Version, pizza.Change(recipe.Value, cause)),
                handled: null,
                cancellationToken
            )
            : recipe.Error;
    }
}
