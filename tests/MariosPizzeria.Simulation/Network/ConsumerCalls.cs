using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using MariosPizzeria.BuildingBlocks.Messaging;
using MassTransit;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.Simulation.Network;

/// <summary>Calls consumers with messages, without a bus.</summary>
internal static class ConsumerCalls
{
    private static readonly ConcurrentDictionary<Type, Func<object, Event, int, Task>> Calls = [];

    /// <summary>Returns the types of the events that a consumer handles.</summary>
    public static IEnumerable<Type> EventsOf(Type consumer) =>
        consumer
            .GetInterfaces()
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IConsumer<>))
            .Select(type => type.GetGenericArguments()[0]);

    /// <summary>Calls a consumer with an event.</summary>
    public static Task CallAsync(object consumer, Event message, int redeliveries) =>
        Calls.GetOrAdd(
            message.GetType(),
            type =>
                typeof(ConsumerCalls)
                    .GetMethod(nameof(CallTypedAsync), BindingFlags.Static | BindingFlags.NonPublic)!
                    .MakeGenericMethod(type)
                    .CreateDelegate<Func<object, Event, int, Task>>()
        )(consumer, message, redeliveries);

    private static Task CallTypedAsync<T>(object consumer, Event message, int redeliveries)
        where T : Event
    {
        var received = DispatchProxy.Create<ReceiveContext, Answers>();
        ((Answers)(object)received).TransportHeaders = new Count(redeliveries);
        var context = DispatchProxy.Create<ConsumeContext<T>, Answers>();
        (((Answers)(object)context).Message, ((Answers)(object)context).Received) = (message, received);
        return ((IConsumer<T>)consumer).Consume(context);
    }

    /// <summary>Implements the members of a message's context that the consumers use.</summary>
    // Not sealed: the proxies derive from it.
#pragma warning disable CA1852
    public class Answers : DispatchProxy
#pragma warning restore CA1852
    {
        internal object? Message { get; set; }

        internal object? Received { get; set; }

        internal object? TransportHeaders { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name switch
            {
                "get_Message" => Message,
                "get_ReceiveContext" => Received,
                "get_TransportHeaders" => TransportHeaders,
                "get_CancellationToken" => CancellationToken.None,
                "TryGetPayload" => false,
                var other => throw new NotSupportedException($"A consumer asks for {other}, which is not simulated."),
            };
    }

    /// <summary>The header that counts redeliveries.</summary>
    private sealed class Count(int redeliveries) : Headers
    {
        public IEnumerable<KeyValuePair<string, object>> GetAll() => [];

        public bool TryGetHeader(string key, out object value)
        {
            value = redeliveries;
            return key == Redelivery.Header;
        }

        public T? Get<T>(string key, T? defaultValue = null)
            where T : class => defaultValue;

        public T? Get<T>(string key, T? defaultValue = null)
            where T : struct => key == Redelivery.Header ? (T)(object)redeliveries : defaultValue;

        public IEnumerator<HeaderValue> GetEnumerator() => Enumerable.Empty<HeaderValue>().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
