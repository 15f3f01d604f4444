using MariosPizzeria.BuildingBlocks.Idempotency;

namespace MariosPizzeria.MenuService.Features;

/// <summary>Puts a pizza on the menu.</summary>
public sealed class AddPizza(IRepository<Pizza> pizzas)
{
    /// <summary>Puts a pizza on the menu.</summary>
    public static async Task<IResult> Post(
        PizzaRequest request,
        AddPizza add,
        PizzaResults results,
        HttpContext http,
        CancellationToken cancellationToken
    ) =>
        await results.ToCreatedAsync(
            await add.Handle(request, http.Cause(), http.Idempotency()?.Handled, cancellationToken),
            http,
            cancellationToken
        );

    /// <summary>Returns the new pizza; <c>validation</c>, <c>unknown-topping</c>, or <c>already-exists</c>.</summary>
    public async Task<Result<Pizza>> Handle(PizzaRequest request, Cause cause, HandledMessage? handled, CancellationToken cancellationToken)
    {
        var recipe = request.ToRecipe();
        if (!recipe.Succeeded)
        {
            return recipe.Error;
        }

        var id = request.ToId();
        if (!id.Succeeded)
        {
            return id.Error;
        }

        var (pizza, events) = Pizza.Add(id.Value, recipe.Value, cause);
        return await pizzas.AddAsync(pizza, events, handled, cancellationToken)
            ? pizza
            : await pizzas.ChangeAsync(id.Value, former => former.AddAgain(recipe.Value, cause), handled, cancellationToken);
    }
}
