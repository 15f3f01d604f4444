using MariosPizzeria.Contracts;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.MenuService.Features;

/// <summary>Brings sold-out pizzas back in the morning, when the kitchen has bought in.</summary>
public sealed class ReturnSoldOut(IRepository<Pizza> pizzas)
{
    /// <summary>Brings back what was sold out before a moment: a tick that comes late leaves alone what has sold out since.</summary>
    /// <returns>How many came back.</returns>
    public async Task<int> Handle(DateTimeOffset before, Cause cause, CancellationToken cancellationToken)
    {
        var soldOut = (await pizzas.Menu(cancellationToken)).Where(pizza => pizza.UnavailableSince < before).ToList();
        foreach (var pizza in soldOut)
        {
            var returned = await pizzas.Change(
                pizza.Id,
                current =>
                    current.UnavailableSince < before
                        ? current.SetAvailability(available: true, reason: null, cause)
                        : Array.Empty<Contracts.V1.Event>(),
                handled: null,
                cancellationToken
            );

            // Taken off the menu since it was listed: then it need not come back.
            if (!returned.Succeeded && returned.Fault.Slug != Slugs.NotFound)
            {
                returned.OrThrow();
            }
        }

        return soldOut.Count;
    }
}
