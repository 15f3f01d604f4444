using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.KitchenService.Domain;

/// <summary>
/// The one kitchen: how much it can cook at the same time, what it cooks, and whether it takes orders. The tickets that cook are a
/// set in this one document, never a counter: so the bound holds over any number of replicas.
/// </summary>
public sealed class Kitchen : IDocument
{
    /// <summary>There is one kitchen.</summary>
    public const string TheOnlyId = "kitchen";

    /// <summary>The largest capacity.</summary>
    public const int MostCapacity = 100;

    private Kitchen() { }

    /// <inheritdoc/>
    public string Id { get; private set; } = TheOnlyId;

    /// <inheritdoc/>
    public long Version { get; set; }

    /// <summary>Tickets that can cook at the same time, 1–100. When it is lowered, what cooks already cooks on.</summary>
    public int Capacity { get; private set; }

    /// <summary>Whether new orders are refused. Tickets that are there are still cooked.</summary>
    public bool Paused { get; private set; }

    /// <summary>Why, where the manager said why.</summary>
    public string? PauseReason { get; private set; }

    /// <summary>A slot for each ticket that cooks or is just being started.</summary>
    public List<Slot> Slots { get; private set; } = [];

    /// <summary>A kitchen that opens.</summary>
    public static Kitchen Open(int capacity) => new() { Capacity = capacity };

    /// <summary>
    /// Holds a slot for a ticket that is about to be started. Whoever reserves a slot that the ticket has already makes it his own:
    /// the slot's reservation is another one afterwards.
    /// </summary>
    /// <returns>True, or <c>kitchen-at-capacity</c>.</returns>
    public Outcome<bool> Reserve(string orderId, DateTimeOffset now)
    {
        var held = Slots.FindIndex(slot => slot.OrderId == orderId);
        if (held < 0 && Slots.Count >= Capacity)
        {
            return new Fault(Slugs.KitchenAtCapacity, $"{Capacity} tickets cook already; wait until one is ready.");
        }

        // The version that this change will be stored under: no two reservations of a ticket ever have the same.
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

    /// <summary>Gives a ticket's slot back, whoever reserved it: the ticket will not cook any more.</summary>
    /// <returns>Whether it had one.</returns>
    public bool Free(string orderId) => Slots.RemoveAll(slot => slot.OrderId == orderId) > 0;

    /// <summary>Gives a slot back if nobody reserved it anew.</summary>
    /// <returns>Whether it was still there.</returns>
    public bool Free(Slot slot) => Slots.RemoveAll(held => held.OrderId == slot.OrderId && held.Reservation == slot.Reservation) > 0;

    /// <summary>Sets the capacity.</summary>
    /// <returns>Whether it is another than before.</returns>
    public bool SetCapacity(int capacity)
    {
        var changes = Capacity != capacity;
        Capacity = capacity;
        return changes;
    }

    /// <summary>Stops taking orders, or takes them again.</summary>
    public Outcome<IReadOnlyList<Event>> SetPaused(bool paused, string? reason, Cause cause)
    {
        var why = paused ? reason : null;
        if (Paused == paused && PauseReason == why)
        {
            return Array.Empty<Event>();
        }

        (Paused, PauseReason) = (paused, why);
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

/// <summary>A place in the oven.</summary>
/// <param name="OrderId">Whose ticket holds it.</param>
/// <param name="Reservation">The kitchen's version at which it was reserved: tells two reservations of one ticket apart.</param>
/// <param name="ReservedAt">When.</param>
public sealed record Slot(string OrderId, long Reservation, DateTimeOffset ReservedAt);
