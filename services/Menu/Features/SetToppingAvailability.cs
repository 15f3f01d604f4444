namespace MariosPizzeria.MenuService.Features;

/// <summary>Marks a topping, and every pizza that contains it, as sold out, or as available again.</summary>
public sealed class SetToppingAvailability(IRepository<Topping> toppings)
{
    /// <summary>Marks a topping as sold out, or as available again.</summary>
    /// <remarks>
    /// Pizzas that contain it are sold out with it, and it can't be ordered as an extra. It becomes available again by itself in the
    /// morning.
    /// </remarks>
    public static async Task<IResult> Put(
        string name,
        AvailabilityRequest request,
        SetToppingAvailability set,
        HttpContext http,
        CancellationToken cancellationToken
    ) => (await set.Handle(name, request, http.Cause(), cancellationToken)).ToOk(ToppingResponse.Of);

    /// <summary>Returns the changed topping; <c>validation</c>, or <c>not-found</c> if there is no such approved topping.</summary>
    public async Task<Result<Topping>> Handle(string name, AvailabilityRequest request, Cause cause, CancellationToken cancellationToken)
    {
        if (!Toppings.IsApproved(name))
        {
            return Error.NotFound("topping", name);
        }

        if (request.Validate() is { } fault)
        {
            return fault;
        }

        for (var attempt = 1; ; attempt++)
        {
            var topping = await toppings.FindAsync(name, cancellationToken) ?? Topping.InStock(name);
            var events = topping.SetAvailability(request.Available!.Value, request.ReasonOrNull(), cause);
            if (events.Length == 0 || await toppings.SaveAsync(topping, events, handled: null, cancellationToken) == SaveResult.Saved)
            {
                return topping;
            }

            await toppings.BackOffAsync(attempt, cancellationToken);
        }
    }
}
