using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.OrderService.Consumers;

/// <summary>How an order takes in an event of others.</summary>
internal static class OrderConsumption
{
    /// <summary>Changes the event's order, once for each event, and throws where that cannot be done, so that the message comes again.</summary>
    public static async Task ApplyAsync<T>(
        this IRepository<Order> orders,
        ConsumeContext<T> context,
        IConsumer<T> consumer,
        Func<Order, Outcome<IReadOnlyList<Event>>> change
    )
        where T : OrderEvent =>
        (await orders.Change(context.Message.OrderId, change, context.Handled(consumer), context.CancellationToken)).OrThrow();
}
