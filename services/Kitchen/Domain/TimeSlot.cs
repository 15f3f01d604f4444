using System.Globalization;

namespace MariosPizzeria.KitchenService.Domain;

/// <summary>
/// A quarter of an hour and the orders that are due at its beginning: a set in one document and not a counter, so that it is not overbooked
/// by any number of replicas.
/// </summary>
public sealed class TimeSlot : IDocument
{
    /// <summary>The time from one slot to the next.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(15);

    /// <summary>How far ahead an order can be placed.</summary>
    public static readonly TimeSpan MaxDaysAhead = TimeSpan.FromDays(7);

    /// <summary>
    /// How long a place is kept for an order that is not confirmed: longer than an order waits for its payment. Then another order can have
    /// the place.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromHours(1);

    private TimeSlot() { }

    public string Id { get; private set; } = "";

    public long Version { get; set; }

    /// <summary>When its orders are due.</summary>
    public DateTimeOffset At { get; private set; }

    /// <summary>A place for each order, including cancelled orders.</summary>
    public List<SlotPlace> Places { get; private set; } = [];

    /// <summary>Returns the id of the slot that begins at an instant.</summary>
    public static string IdOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);

    /// <summary>Whether a slot begins at an instant.</summary>
    public static bool BeginsAt(DateTimeOffset at) => at.UtcTicks % Length.Ticks == 0;

    /// <summary>Creates a slot without orders.</summary>
    public static TimeSlot Empty(DateTimeOffset at) => new() { Id = IdOf(at), At = at.ToUniversalTime() };

    /// <summary>Returns the number of places that are taken.</summary>
    public int Taken(DateTimeOffset now) => Places.Count(place => place.IsTaken(now));

    /// <summary>
    /// Reserves a place for an order, or renews its reservation. The place of a confirmed or cancelled order is not changed.
    /// </summary>
    /// <param name="capacity">The number of places of the slot.</param>
    /// <returns>Whether anything changed, or <c>slot-full</c>.</returns>
    public Result<bool> Reserve(string orderId, int capacity, DateTimeOffset now)
    {
        if (Places.Exists(place => place.OrderId == orderId && place.State != PlaceState.Reserved))
        {
            return false;
        }

        if (!Places.Exists(place => place.OrderId == orderId && place.IsTaken(now)) && Taken(now) >= capacity)
        {
            return new Error(ErrorCodes.SlotFull, "No more orders can be placed for this time; choose another.");
        }

        Places.RemoveAll(place => place.OrderId == orderId || (place.State == PlaceState.Reserved && !place.IsTaken(now)));
        Places.Add(new(orderId, PlaceState.Reserved, now + Lease));
        return true;
    }

    /// <summary>Keeps the place of a confirmed order, also after its lease has ended: a confirmed order is always made.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Keep(string orderId) => Confirm(orderId, PlaceState.Kept, PlaceState.Reserved);

    /// <summary>Frees the place of a cancelled order. A confirmation that arrives late does not take it again.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Release(string orderId) => Confirm(orderId, PlaceState.Released, PlaceState.Reserved, PlaceState.Kept);

    private bool Confirm(string orderId, PlaceState state, params ReadOnlySpan<PlaceState> from)
    {
        var index = Places.FindIndex(place => place.OrderId == orderId);
        if (index >= 0 && !from.Contains(Places[index].State))
        {
            return false;
        }

        if (index >= 0)
        {
            Places.RemoveAt(index);
        }

        Places.Add(new(orderId, state, LeaseUntil: null));
        return true;
    }
}

/// <summary>The state of an order's place in a slot.</summary>
public enum PlaceState
{
    /// <summary>Reserved until the lease ends: the order is not confirmed yet, or was never stored.</summary>
    Reserved,

    /// <summary>The order is confirmed.</summary>
    Kept,

    /// <summary>The order is cancelled.</summary>
    Released,
}

/// <summary>An order's place in a slot.</summary>
/// <param name="OrderId">Id of the order.</param>
/// <param name="State">The state of the place.</param>
/// <param name="LeaseUntil">When the reservation ends; null in other states.</param>
public sealed record SlotPlace(string OrderId, PlaceState State, DateTimeOffset? LeaseUntil)
{
    /// <summary>Whether the place is not available to other orders.</summary>
    public bool IsTaken(DateTimeOffset now) => State == PlaceState.Kept || (State == PlaceState.Reserved && LeaseUntil > now);
}
