namespace MariosPizzeria.MenuService.Features;

/// <summary>Marks a pizza as sold out, or as available again.</summary>
public sealed class SetAvailability(IRepository<Pizza> pizzas)
{
    /// <summary>Marks a pizza as sold out, or as available again.</summary>
    public static Task<IResult> Put(
        string id,
        AvailabilityRequest request,
        SetAvailability set,
        PizzaResults results,
        HttpContext http,
        CancellationToken cancellationToken
    ) => results.ToOkAsync(http, expected => set.Handle(id, request, expected, http.Cause(), cancellationToken), cancellationToken);

    /// <summary>
    /// Returns the changed pizza; <c>validation</c>, <c>not-found</c>, or <c>version-conflict</c> if it has another version than expected.
    /// </summary>
    public async Task<Result<Pizza>> Handle(
        string id,
        AvailabilityRequest request,
        IfMatch expected,
        Cause cause,
        CancellationToken cancellationToken
    )
    {
        if (request.Validate() is { } fault)
        {
            return fault;
        }

        return await pizzas.ChangeAsync(
            id,
            pizza => expected.Check(pizza.Version, pizza.SetAvailability(request.Available!.Value, request.ReasonOrNull(), cause)),
            handled: null,
            cancellationToken
        );
    }
}
