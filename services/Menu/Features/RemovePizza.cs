using MariosPizzeria.Contracts;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.MenuService.Features;

/// <summary>Takes a pizza off the menu.</summary>
public sealed class RemovePizza(IRepository<Pizza> pizzas)
{
    /// <summary>DELETE /api/menu/pizzas/{id}.</summary>
    public static async Task<IResult> Delete(string id, RemovePizza remove, HttpContext http, CancellationToken cancellationToken)
    {
        var expected = IfMatch.Of(http.Request);
        if (!expected.Succeeded)
        {
            return expected.Fault.ToProblem();
        }

        var removed = await remove.Handle(id, expected.Value, http.Cause(), cancellationToken);
        return removed.Succeeded ? Results.NoContent() : removed.Fault.ToProblem();
    }

    /// <summary>
    /// The pizza that was; <c>not-found</c> where there is none on the menu, <c>version-conflict</c> where it has another version than
    /// expected.
    /// </summary>
    public Task<Outcome<Pizza>> Handle(string id, IfMatch expected, Cause cause, CancellationToken cancellationToken) =>
        pizzas.Change(id, pizza => expected.Guard(pizza.Version, pizza.Remove(cause)), handled: null, cancellationToken);
}
