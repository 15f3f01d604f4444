using System.Collections.Concurrent;
using System.Reflection;
using MassTransit;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>
/// The names of a consumer outside its process. They are stored in the broker and in the databases, so they stay the same when the class is
/// renamed.
/// </summary>
/// <param name="inboxKey">The consumer's name in the record of a message that it handled.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ConsumerNamesAttribute(string queue, string inboxKey) : Attribute
{
    // Reading an attribute costs several microseconds, and each message needs it.
    private static readonly ConcurrentDictionary<Type, ConsumerNamesAttribute> Known = new();

    /// <summary>The queue that it consumes.</summary>
    public string Queue => queue;

    /// <summary>The consumer's name in the record of a message that it handled.</summary>
    public string InboxKey => inboxKey;

    /// <summary>Returns the names of a consumer.</summary>
    /// <exception cref="InvalidOperationException">The class has no such attribute.</exception>
    public static ConsumerNamesAttribute Of(Type consumer) =>
        Known.GetOrAdd(
            consumer,
            static type =>
                type.GetCustomAttribute<ConsumerNamesAttribute>()
                ?? throw new InvalidOperationException($"{type.Name} has no {nameof(ConsumerNamesAttribute)}.")
        );
}

/// <summary>Sets up consumers.</summary>
public static class ConsumerRegistration
{
    /// <summary>
    /// Adds a process type's consumers, each with a queue of its own: the classes of its assembly with
    /// <see cref="ConsumerNamesAttribute"/>.
    /// </summary>
    public static void AddConsumersOf(this IBusRegistrationConfigurator bus, Assembly assembly)
    {
        foreach (var consumer in assembly.GetTypes().Where(type => type.IsDefined(typeof(ConsumerNamesAttribute), inherit: false)))
        {
            bus.AddConsumer(consumer).Endpoint(endpoint => endpoint.Name = ConsumerNamesAttribute.Of(consumer).Queue);
        }
    }
}
