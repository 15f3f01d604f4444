namespace MariosPizzeria.MenuService.Features;

/// <summary>One pizza of the menu.</summary>
public sealed class ReadPizza(IRepository<Pizza> pizzas)
{
    /// <summary>One pizza.</summary>
    public static async Task<IResult> Get(
        string id,
        ReadPizza read,
        PizzaResults results,
        HttpContext http,
        CancellationToken cancellationToken
    ) => await results.ToOkAsync(await read.Handle(id, cancellationToken), http, cancellationToken);

    /// <summary>Returns the pizza, or <c>not-found</c>, also if it was removed from the menu.</summary>
    public async Task<Result<Pizza>> Handle(string id, CancellationToken cancellationToken) =>
        await pizzas.FindAsync(id, cancellationToken) is { Removed: false } pizza ? pizza : Error.NotFound("pizza", id);
}
