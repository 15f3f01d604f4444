namespace MariosPizzeria.KitchenService;

/// <summary>The configuration of the shop.</summary>
/// <param name="InitialHours">The opening hours until a manager changes them.</param>
/// <param name="OrdersPerSlot">
/// How many orders can be placed ahead for a quarter of an hour, 1–1000; null if the kitchen's capacity determines it.
/// </param>
public sealed record ShopOptions(OpeningHours InitialHours, int? OrdersPerSlot)
{
    /// <summary>The maximum number of orders for a quarter of an hour.</summary>
    public const int MaxOrdersPerSlot = 1000;
}

/// <summary>Finds the shop's only document; the first call creates it and publishes its opening hours.</summary>
public sealed class ShopProvider(IRepository<ShopSettings> shops, ShopOptions options, TimeProvider time)
{
    /// <summary>Returns the stored settings.</summary>
    public async Task<ShopSettings> FindAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await shops.FindAsync(ShopSettings.SingletonId, cancellationToken) is { } settings)
            {
                return settings;
            }

            // Two replicas may create it at the same time: the unique key lets one succeed, and then both read the same document.
            var initial = ShopSettings.Initial(options.InitialHours);
            await shops.AddAsync(initial, initial.Begin(new Cause("kitchen", time.GetUtcNow())), handled: null, cancellationToken);
        }
    }

    /// <summary>Applies a change of the domain to the settings.</summary>
    /// <returns>The settings after the change, or the error: the domain's, or <c>version-conflict</c>.</returns>
    public async Task<Result<ShopSettings>> ChangeAsync(
        Func<ShopSettings, Result<IReadOnlyList<Event>>> change,
        CancellationToken cancellationToken
    )
    {
        await FindAsync(cancellationToken);
        return await shops.ChangeAsync(ShopSettings.SingletonId, change, handled: null, cancellationToken);
    }
}
