using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.MenuService.Features;

/// <summary>Gives a pizza another recipe or price.</summary>
public sealed class ChangePizza(IRepository<Pizza> pizzas)
{
    /// <summary>PUT /api/menu/pizzas/{id}.</summary>
    public static async Task<IResult> Put(
        string id,
        PizzaRequest request,
        ChangePizza change,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var expected = IfMatch.Of(http.Request);
        return expected.Succeeded
            ? (await change.Handle(id, request, expected.Value, http.Cause(), cancellationToken)).ToOk(http)
            : expected.Fault.ToProblem();
    }

    /// <summary>
    /// The pizza as it is now; <c>validation</c>, <c>unknown-topping</c>, <c>not-found</c>, or <c>version-conflict</c> where it has
    /// another version than expected.
    /// </summary>
    public async Task<Outcome<Pizza>> Handle(
        string id,
        PizzaRequest request,
        IfMatch expected,
        Cause cause,
        CancellationToken cancellationToken
    )
    {
        var recipe = request.ToRecipe();
        return recipe.Succeeded
            ? await pizzas.Change(
                id,
                pizza => expected.Guard(pizza.Version, pizza.Change(recipe.Value, cause)),
                handled: null,
                cancellationToken
            )
            : recipe.Fault;
    }
}
