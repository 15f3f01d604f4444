using MariosPizzeria.BuildingBlocks.Messaging;
using MassTransit;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.OrderService.Consumers;

/// <summary>Applies events of other services to orders.</summary>
internal static class OrderConsumption
{
    /// <summary>Changes the order of an event, once for each event. Throws if that fails, so that the message is redelivered.</summary>
    public static async Task ApplyAsync<T>(
        this IRepository<Order> orders,
        ConsumeContext<T> context,
        IConsumer<T> consumer,
        Func<Order, Result<IReadOnlyList<Event>>> change
    )
        where T : OrderEvent =>
        (await orders.ChangeAsync(context.Message.OrderId, change, context.Handled(consumer), context.CancellationToken)).OrThrow();
}
