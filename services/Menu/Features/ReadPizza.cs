using MariosPizzeria.Contracts;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.MenuService.Features;

/// <summary>One pizza of the menu.</summary>
public sealed class ReadPizza(IRepository<Pizza> pizzas)
{
    /// <summary>GET /api/menu/pizzas/{id}.</summary>
    public static async Task<IResult> Get(string id, ReadPizza read, HttpContext http, CancellationToken cancellationToken) =>
        (await read.Handle(id, cancellationToken)).ToOk(http);

    /// <summary>The pizza, or <c>not-found</c>: also when it was taken off the menu.</summary>
    public async Task<Outcome<Pizza>> Handle(string id, CancellationToken cancellationToken) =>
        await pizzas.Find(id, cancellationToken) is { Removed: false } pizza ? pizza : Fault.NotFound("pizza", id);
}
