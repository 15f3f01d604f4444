namespace MariosPizzeria.KitchenService;

/// <summary>Finds the kitchen's only document; the first call creates it.</summary>
public sealed class KitchenProvider(IRepository<Kitchen> kitchens, KitchenOptions options)
{
    /// <summary>Returns the stored kitchen.</summary>
    public async Task<Kitchen> FindAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await kitchens.FindAsync(Kitchen.SingletonId, cancellationToken) is { } kitchen)
            {
                return kitchen;
            }

            // Two replicas may create it at the same time: the unique key lets one succeed, and then both read the same document.
            await kitchens.AddAsync(Kitchen.Open(options.OpeningCapacity), [], handled: null, cancellationToken);
        }
    }
}
