namespace MariosPizzeria.KitchenService.Domain;

/// <summary>
/// The kitchen: how much it can cook at the same time, what it cooks, and whether it takes orders. The tickets that cook are a set in this
/// one document and not a counter, so that the capacity is not exceeded by any number of replicas.
/// </summary>
public sealed class Kitchen : IDocument
{
    /// <summary>Id of the only kitchen.</summary>
    public const string SingletonId = "kitchen";

    /// <summary>The largest capacity.</summary>
    public const int MaxCapacity = 100;

    private Kitchen() { }

    public string Id { get; private set; } = SingletonId;

    public long Version { get; set; }

    /// <summary>Tickets that can cook at the same time, 1–100. If it is lowered, tickets that already cook continue.</summary>
    public int Capacity { get; private set; }

    /// <summary>Whether new orders are refused. Tickets that exist are still cooked.</summary>
    public bool Paused { get; private set; }

    /// <summary>Why it is paused, if the manager gave a reason.</summary>
    public string? PauseReason { get; private set; }

    /// <summary>The version of the last change of capacity or pause; 0 if there was none.</summary>
    public long SettingsVersion { get; private set; }

    /// <summary>A slot for each ticket that cooks or is just being started.</summary>
    public List<Slot> Slots { get; private set; } = [];

    /// <summary>Creates a kitchen.</summary>
    public static Kitchen Open(int capacity) => new() { Capacity = capacity };

    /// <summary>
    /// Reserves a slot for a ticket that is about to be started. If the ticket already has a slot, the reservation is replaced by a new
    /// one, which belongs to the caller.
    /// </summary>
    /// <returns>True, or <c>kitchen-at-capacity</c>.</returns>
    public Result<bool> Reserve(string orderId, DateTimeOffset now)
    {
        var held = Slots.FindIndex(slot => slot.OrderId == orderId);
        if (held < 0 && Slots.Count >= Capacity)
        {
            return new Error(ErrorCodes.KitchenAtCapacity, $"{Capacity} tickets are already cooking; wait until one is ready.");
        }

        // The version under which this change will be stored: no two reservations of a ticket have the same one.
        var slot = new Slot(orderId, Version + 1, now);
        if (held < 0)
        {
            Slots.Add(slot);
        }
        else
        {
            Slots[held] = slot;
        }

        return true;
    }

    /// <summary>Frees a ticket's slot, whichever call reserved it: the ticket will not cook any more.</summary>
    /// <returns>Whether it had one.</returns>
    public bool Free(string orderId) => Slots.RemoveAll(slot => slot.OrderId == orderId) > 0;

    /// <summary>Frees a slot unless it was reserved again.</summary>
    /// <returns>Whether it was still there.</returns>
    public bool Free(Slot slot) => Slots.RemoveAll(held => held.OrderId == slot.OrderId && held.Reservation == slot.Reservation) > 0;

    /// <summary>Sets the capacity.</summary>
    /// <returns>Whether it differs from the previous one.</returns>
    public bool SetCapacity(int capacity)
    {
        if (Capacity == capacity)
        {
            return false;
        }

        (Capacity, SettingsVersion) = (capacity, Version + 1);
        return true;
    }

    /// <summary>Stops taking orders, or takes them again.</summary>
    public Result<IReadOnlyList<Event>> SetPaused(bool paused, string? reason, Cause cause)
    {
        var why = paused ? reason : null;
        if (Paused == paused && PauseReason == why)
        {
            return Array.Empty<Event>();
        }

        (Paused, PauseReason, SettingsVersion) = (paused, why, Version + 1);
        return new[]
        {
            new KitchenPaused
            {
                Paused = paused,
                Reason = why,
                KitchenVersion = Version + 1,
            }.Because(cause),
        };
    }
}

/// <summary>A slot in the oven.</summary>
/// <param name="OrderId">Id of the ticket's order.</param>
/// <param name="Reservation">The kitchen's version at which it was reserved; it distinguishes two reservations of one ticket.</param>
/// <param name="ReservedAt">When it was reserved.</param>
public sealed record Slot(string OrderId, long Reservation, DateTimeOffset ReservedAt);
