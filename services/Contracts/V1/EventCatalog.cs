using System.Collections.Frozen;

namespace MariosPizzeria.Contracts.V1;

/// <summary>All event types, by the name under which an outbox stores them.</summary>
public static class EventCatalog
{
    private static readonly FrozenDictionary<string, Type> ByName = typeof(Event)
        .Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Event)))
        .ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>Every event type.</summary>
    public static IEnumerable<Type> All => ByName.Values;

    /// <summary>Whether there is an event with that name.</summary>
    public static bool Knows(string name) => ByName.ContainsKey(name);

    /// <summary>Returns the event type with a name.</summary>
    /// <exception cref="ArgumentException">No event has that name: it was written by a newer build than this one.</exception>
    public static Type TypeOf(string name) =>
        ByName.TryGetValue(name, out var type) ? type : throw new ArgumentException($"There is no event '{name}'.", nameof(name));
}
