namespace MariosPizzeria.Gateway.Web;

/// <summary>Reads the shop's status, which all pages show. It is cached, so that Kitchen is queried about once a second.</summary>
internal sealed class ShopStatusReader(ShopClient shops, ShopStatusCache copy, BusinessDays days)
{
    private const int DaysOffered = 2;

    /// <summary>Returns the shop's status, at most a second old; null if Kitchen does not answer: then pages do not show it.</summary>
    public Task<ShopResponse?> FindAsync(CancellationToken cancellationToken) => copy.FindAsync(shops.ReadAsync, cancellationToken);

    /// <summary>
    /// Returns the time slots for which an order can be placed, including full ones: those of the business day on which the shop is open or
    /// opens next, and of the day after.
    /// </summary>
    public async Task<IReadOnlyList<SlotResponse>> SlotsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not { } shop)
        {
            return [];
        }

        var first = days.DayOf(shop.OpensAt ?? now);
        var slots = await Task.WhenAll(
            Enumerable.Range(0, DaysOffered).Select(day => shops.SlotsAsync(first.AddDays(day), cancellationToken))
        );
        return [.. slots.SelectMany(day => day.Value?.Items ?? [])];
    }
}

/// <summary>The last known shop status, shared by all pages of this process.</summary>
internal sealed class ShopStatusCache(TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    // Longer during an outage of Kitchen, so that few pages wait for it.
    private static readonly TimeSpan MaxAgeDuringOutage = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(2);

    private Copy? _copy;

    /// <summary>Returns the cached status while it is fresh, otherwise reads it; null if that fails.</summary>
    public async Task<ShopResponse?> FindAsync(
        Func<CancellationToken, Task<Result<ShopResponse>>> read,
        CancellationToken cancellationToken
    )
    {
        if (Volatile.Read(ref _copy) is { } copy && time.GetElapsedTime(copy.ReadAt) < (copy.Shop is null ? MaxAgeDuringOutage : MaxAge))
        {
            return copy.Shop;
        }

        var began = time.GetTimestamp();
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        asking.CancelAfter(RequestTimeout);
        ShopResponse? shop;
        try
        {
            shop = (await read(asking.Token)).Value;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            shop = null;
        }

        Volatile.Write(ref _copy, new(shop, began));
        return shop;
    }

    /// <summary>Clears the cache after a change, so that the next page shows the new status.</summary>
    public void Drop() => Volatile.Write(ref _copy, null);

    private sealed record Copy(ShopResponse? Shop, long ReadAt);
}
