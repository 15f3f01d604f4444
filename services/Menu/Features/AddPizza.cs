using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Idempotency;

namespace MariosPizzeria.MenuService.Features;

/// <summary>Puts a pizza on the menu.</summary>
public sealed class AddPizza(IRepository<Pizza> pizzas)
{
    /// <summary>POST /api/menu/pizzas.</summary>
    public static async Task<IResult> Post(PizzaRequest request, AddPizza add, HttpContext http, CancellationToken cancellationToken) =>
        (await add.Handle(request, http.Cause(), http.Idempotency()?.Handled, cancellationToken)).ToCreated(http);

    /// <summary>The new pizza; <c>validation</c>, <c>unknown-topping</c>, or <c>already-exists</c>.</summary>
    public async Task<Outcome<Pizza>> Handle(
        PizzaRequest request,
        Cause cause,
        HandledMessage? handled,
        CancellationToken cancellationToken
    )
    {
        var recipe = request.ToRecipe();
        if (!recipe.Succeeded)
        {
            return recipe.Fault;
        }

        var id = request.ToId();
        if (!id.Succeeded)
        {
            return id.Fault;
        }

        var (pizza, events) = Pizza.Add(id.Value, recipe.Value, cause);
        return await pizzas.Add(pizza, events, handled, cancellationToken)
            ? pizza
            : await pizzas.Change(id.Value, former => former.AddAgain(recipe.Value, cause), handled, cancellationToken);
    }
}
