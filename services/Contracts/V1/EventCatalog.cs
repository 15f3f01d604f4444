using System.Collections.Frozen;

namespace MariosPizzeria.Contracts.V1;

/// <summary>All events there are, by the name under which an outbox keeps them.</summary>
public static class EventCatalog
{
    private static readonly FrozenDictionary<string, Type> ByName = new[]
    {
        typeof(OrderPlaced),
        typeof(PaymentRequested),
        typeof(PaymentSucceeded),
        typeof(PaymentFailed),
        typeof(RefundRequested),
        typeof(PaymentRefunded),
        typeof(OrderConfirmed),
        typeof(CancellationRequested),
        typeof(CancellationRefused),
        typeof(OrderCancelled),
        typeof(CookingStarted),
        typeof(OrderReady),
        typeof(DeliveryStarted),
        typeof(OrderDelivered),
        typeof(OrderLate),
        typeof(OrderRepaired),
        typeof(CustomerNotified),
        typeof(EmailConfirmationRequested),
        typeof(MenuChanged),
        typeof(KitchenPaused),
        typeof(KitchenLoadChanged),
        typeof(ScheduledJobDue),
    }.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>Every event type.</summary>
    public static IEnumerable<Type> All => ByName.Values;

    /// <summary>Whether an event has that name.</summary>
    public static bool Knows(string name) => ByName.ContainsKey(name);

    /// <summary>The type kept under a name.</summary>
    /// <exception cref="ArgumentException">No event has that name: it was written by a newer build than this one.</exception>
    public static Type TypeOf(string name) =>
        ByName.TryGetValue(name, out var type) ? type : throw new ArgumentException($"No event is named '{name}'.", nameof(name));
}
