namespace MariosPizzeria.MenuService.Features;

/// <summary>Removes a pizza from the menu.</summary>
public sealed class RemovePizza(IRepository<Pizza> pizzas)
{
    /// <summary>Removes a pizza from the menu.</summary>
    public static async Task<IResult> Delete(string id, RemovePizza remove, HttpContext http, CancellationToken cancellationToken)
    {
        var expected = IfMatch.Of(http.Request);
        if (!expected.Succeeded)
        {
            return expected.Error.ToProblem();
        }

        var removed = await remove.Handle(id, expected.Value, http.Cause(), cancellationToken);
        return removed.Succeeded ? Results.NoContent() : removed.Error.ToProblem();
    }

    /// <summary>
    /// Returns the removed pizza; <c>not-found</c> if it is not on the menu, <c>version-conflict</c> if it has another version than
    /// expected.
    /// </summary>
    public Task<Result<Pizza>> Handle(string id, IfMatch expected, Cause cause, CancellationToken cancellationToken) =>
        pizzas.ChangeAsync(id, pizza => expected.Check(pizza.Version, pizza.Remove(cause)), handled: null, cancellationToken);
}
