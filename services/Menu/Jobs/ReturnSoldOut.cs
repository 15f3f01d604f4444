using MariosPizzeria.BuildingBlocks.Scheduling;

namespace MariosPizzeria.MenuService.Jobs;

/// <summary>Makes sold-out pizzas and toppings available again in the morning, when the kitchen has bought supplies.</summary>
public sealed class ReturnSoldOut(IRepository<Pizza> pizzas, IRepository<Topping> toppings) : IScheduledJob
{
    public string Name => ScheduledJobs.ReturnSoldOut;

    /// <summary>Makes available what was sold out when the job was due. Pizzas and toppings that have sold out since are skipped.</summary>
    /// <returns>The number of pizzas and toppings that are available again.</returns>
    public async Task<int> RunAsync(Cause cause, Guid dueId, CancellationToken cancellationToken) =>
        await ReturnPizzasAsync(cause, cancellationToken) + await ReturnToppingsAsync(cause, cancellationToken);

    private async Task<int> ReturnPizzasAsync(Cause cause, CancellationToken cancellationToken)
    {
        var soldOut = (await pizzas.MenuAsync(cancellationToken)).Where(pizza => pizza.UnavailableSince < cause.At).ToList();
        foreach (var pizza in soldOut)
        {
            var returned = await pizzas.ChangeAsync(
                pizza.Id,
                current =>
                    current.UnavailableSince < cause.At
                        ? current.SetAvailability(available: true, reason: null, cause)
                        : Array.Empty<Event>(),
                handled: null,
                cancellationToken
            );

            // The pizza was removed from the menu after it was listed, so there is nothing to do.
            if (!returned.Succeeded && returned.Error.Code != ErrorCodes.NotFound)
            {
                returned.OrThrow();
            }
        }

        return soldOut.Count;
    }

    private async Task<int> ReturnToppingsAsync(Cause cause, CancellationToken cancellationToken)
    {
        var soldOut = (await toppings.ListAsync(Query<Topping>.All, cancellationToken))
            .Where(topping => topping.UnavailableSince < cause.At)
            .ToList();
        foreach (var topping in soldOut)
        {
            (
                await toppings.ChangeAsync(
                    topping.Id,
                    current =>
                        current.UnavailableSince < cause.At
                            ? current.SetAvailability(available: true, reason: null, cause)
                            : Array.Empty<Event>(),
                    handled: null,
                    cancellationToken
                )
            ).OrThrow();
        }

        return soldOut.Count;
    }
}
