using MariosPizzeria.Contracts;
using MariosPizzeria.Menus.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.Menus.Features;

/// <summary>Takes a pizza off the menu.</summary>
public sealed class RemovePizza(IRepository<Pizza> pizzas)
{
    /// <summary>The pizza that was; <c>not-found</c> where there is none on the menu.</summary>
    public Task<Outcome<Pizza>> Handle(string id, Cause cause, CancellationToken cancellationToken) =>
        pizzas.Change(id, pizza => pizza.Remove(cause), handled: null, cancellationToken);
}

/// <summary>DELETE /api/menu/pizzas/{id}.</summary>
public static class RemovePizzaRoute
{
    public static async Task<IResult> RemovePizza(string id, RemovePizza remove, HttpContext http, CancellationToken cancellationToken)
    {
        var removed = await remove.Handle(id, http.Cause(), cancellationToken);
        return removed.Succeeded ? Results.NoContent() : removed.Fault.ToProblem();
    }
}
