using MariosPizzeria.BuildingBlocks.Streaming;
using MariosPizzeria.KitchenService.Features;

namespace MariosPizzeria.KitchenService;

/// <summary>The slots for which an order can be placed now, and how many orders fit into a slot.</summary>
public sealed class SlotRules(
    CachedRead<ShopSettings, ShopSettings> shops,
    CachedRead<Kitchen, Kitchen?> kitchens,
    ReadShop shop,
    ShopOptions options,
    KitchenOptions kitchenOptions,
    BusinessDays days,
    TimeProvider time
)
{
    /// <summary>
    /// Returns how many orders fit into a slot: <c>Shop__OrdersPerSlot</c>, otherwise as many as the kitchen's capacity can cook in a
    /// slot's length at ten minutes each, at least one.
    /// </summary>
    public async Task<int> CapacityAsync(CancellationToken cancellationToken) =>
        options.OrdersPerSlot
        ?? Math.Max(
            1,
            (int)(
                ((await kitchens.GetAsync(cancellationToken))?.Capacity ?? kitchenOptions.OpeningCapacity)
                * TimeSlot.Length.TotalMinutes
                / CookingTime.DefaultMinutes
            )
        );

    /// <summary>
    /// Returns the slots within a period for which an order can be placed now: within opening hours, later than an order for now would be
    /// in hand, and at most <see cref="TimeSlot.MaxDaysAhead"/> ahead.
    /// </summary>
    public async Task<IReadOnlyList<DateTimeOffset>> OpenAsync(
        DateTimeOffset from,
        DateTimeOffset before,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        var earliest = now + TimeSpan.FromMinutes((await shop.Handle(cancellationToken)).Minutes.Delivery);
        var first = RoundUp(from > earliest ? from : earliest);
        var hours = new OpeningHours((await shops.GetAsync(cancellationToken)).Hours);
        var slots = new List<DateTimeOffset>();
        for (var at = first; at < before && at <= now + TimeSlot.MaxDaysAhead; at += TimeSlot.Length)
        {
            if (hours.IsOpenAt(at, days))
            {
                slots.Add(at);
            }
        }

        return slots;
    }

    private static DateTimeOffset RoundUp(DateTimeOffset instant)
    {
        var past = instant.UtcTicks % TimeSlot.Length.Ticks;
        return past == 0 ? instant.ToUniversalTime() : instant.ToUniversalTime().AddTicks(TimeSlot.Length.Ticks - past);
    }
}
