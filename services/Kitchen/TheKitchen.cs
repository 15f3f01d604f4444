using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.KitchenService;

/// <summary>Finds the kitchen's one document; the first to look opens the kitchen.</summary>
public sealed class TheKitchen(IRepository<Kitchen> kitchens, KitchenOptions options)
{
    /// <summary>The kitchen as it is stored.</summary>
    public async Task<Kitchen> Find(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await kitchens.Find(Kitchen.TheOnlyId, cancellationToken) is { } kitchen)
            {
                return kitchen;
            }

            // Two replicas may open it at once: the unique key lets one, and both then read the same.
            await kitchens.Add(Kitchen.Open(options.OpeningCapacity), [], handled: null, cancellationToken);
        }
    }
}
