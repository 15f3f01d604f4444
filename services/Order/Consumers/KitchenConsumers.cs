using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.OrderService.Consumers;

/// <summary>A chef has begun.</summary>
public sealed class NoteCookingStarted(IRepository<Order> orders) : IConsumer<CookingStarted>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<CookingStarted> context) =>
        (
            await orders.Change(
                context.Message.OrderId,
                order => order.Apply(context.Message),
                context.Handled(this),
                context.CancellationToken
            )
        ).OrThrow();
}

/// <summary>The pizzas are out of the oven.</summary>
public sealed class NoteOrderReady(IRepository<Order> orders) : IConsumer<OrderReady>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<OrderReady> context) =>
        (
            await orders.Change(
                context.Message.OrderId,
                order => order.Apply(context.Message),
                context.Handled(this),
                context.CancellationToken
            )
        ).OrThrow();
}

/// <summary>The kitchen takes no orders, or takes them again.</summary>
public sealed class NoteKitchenPaused(IRepository<KitchenState> kitchens) : IConsumer<KitchenPaused>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<KitchenPaused> context)
    {
        var kitchen = await kitchens.Find(KitchenState.OnlyId, context.CancellationToken) ?? KitchenState.Unheard();
        if (
            kitchen.Apply(context.Message)
            && await kitchens.Save(kitchen, [], context.Handled(this), context.CancellationToken) == SaveResult.Conflict
        )
        {
            throw new TimeoutException("Another replica took over another pause meanwhile; this one is decided again.");
        }
    }
}
