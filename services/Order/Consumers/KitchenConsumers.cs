using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.OrderService.Consumers;

/// <summary>A chef has begun.</summary>
[ConsumerNames(queue: "order-note-cooking-started", inboxKey: "NoteCookingStarted")]
public sealed class CookingStartedConsumer(IRepository<Order> orders) : IConsumer<CookingStarted>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<CookingStarted> context) => orders.ApplyAsync(context, this, order => order.Apply(context.Message));
}

/// <summary>The pizzas are out of the oven.</summary>
[ConsumerNames(queue: "order-note-order-ready", inboxKey: "NoteOrderReady")]
public sealed class OrderReadyConsumer(IRepository<Order> orders) : IConsumer<OrderReady>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<OrderReady> context) => orders.ApplyAsync(context, this, order => order.Apply(context.Message));
}

/// <summary>The kitchen takes no orders, or takes them again.</summary>
[ConsumerNames(queue: "order-note-kitchen-paused", inboxKey: "NoteKitchenPaused")]
public sealed class KitchenPausedConsumer(IRepository<KitchenState> kitchens) : IConsumer<KitchenPaused>
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
