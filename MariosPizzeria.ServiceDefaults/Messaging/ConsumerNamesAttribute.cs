using System.Reflection;
using MassTransit;

namespace MariosPizzeria.ServiceDefaults.Messaging;

/// <summary>
/// The names by which a consumer is known outside its process. They are in the broker and in the stores, so they stay when the class is
/// renamed.
/// </summary>
/// <param name="queue">The queue that it consumes.</param>
/// <param name="inboxKey">Stands in the record of a message that it handled.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ConsumerNamesAttribute(string queue, string inboxKey) : Attribute
{
    /// <summary>The queue that it consumes.</summary>
    public string Queue => queue;

    /// <summary>Stands in the record of a message that it handled.</summary>
    public string InboxKey => inboxKey;

    /// <summary>The names of a consumer.</summary>
    /// <exception cref="InvalidOperationException">It has no such attribute.</exception>
    public static ConsumerNamesAttribute Of(Type consumer) =>
        consumer.GetCustomAttribute<ConsumerNamesAttribute>()
        ?? throw new InvalidOperationException($"{consumer.Name} has no {nameof(ConsumerNamesAttribute)}.");
}

/// <summary>Sets up consumers.</summary>
public static class ConsumerRegistration
{
    /// <summary>Adds a consumer with the queue that its <see cref="ConsumerNamesAttribute"/> names.</summary>
    public static void AddNamedConsumer<T>(this IBusRegistrationConfigurator bus)
        where T : class, IConsumer => bus.AddConsumer<T>().Endpoint(endpoint => endpoint.Name = ConsumerNamesAttribute.Of(typeof(T)).Queue);
}
