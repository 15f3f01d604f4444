using MariosPizzeria.BuildingBlocks.Messaging;
using MassTransit;

namespace MariosPizzeria.OrderService.Consumers;

/// <summary>Records that a chef has started cooking.</summary>
[ConsumerNames(queue: "order-note-cooking-started", inboxKey: "NoteCookingStarted")]
public sealed class CookingStartedConsumer(IRepository<Order> orders) : IConsumer<CookingStarted>
{
    public Task Consume(ConsumeContext<CookingStarted> context) => orders.ApplyAsync(context, this, order => order.Apply(context.Message));
}

/// <summary>Records that the pizzas are out of the oven.</summary>
[ConsumerNames(queue: "order-note-order-ready", inboxKey: "NoteOrderReady")]
public sealed class OrderReadyConsumer(IRepository<Order> orders) : IConsumer<OrderReady>
{
    public Task Consume(ConsumeContext<OrderReady> context) => orders.ApplyAsync(context, this, order => order.Apply(context.Message));
}

/// <summary>Records that a chef has undone the last step.</summary>
[ConsumerNames(queue: "order-note-ticket-step-undone", inboxKey: "NoteTicketStepUndone")]
public sealed class TicketStepUndoneConsumer(IRepository<Order> orders) : IConsumer<TicketStepUndone>
{
    public Task Consume(ConsumeContext<TicketStepUndone> context) =>
        orders.ApplyAsync(context, this, order => order.Apply(context.Message));
}

/// <summary>Records that the kitchen has paused, or accepts orders again.</summary>
[ConsumerNames(queue: "order-note-kitchen-paused", inboxKey: "NoteKitchenPaused")]
public sealed class KitchenPausedConsumer(IRepository<KitchenState> kitchens) : IConsumer<KitchenPaused>
{
    public Task Consume(ConsumeContext<KitchenPaused> context) =>
        kitchens.UpdateKitchenStateAsync(kitchen => kitchen.Apply(context.Message), context.Handled(this), context.CancellationToken);
}

/// <summary>Records new opening hours.</summary>
[ConsumerNames(queue: "order-note-shop-changed", inboxKey: "NoteShopChanged")]
public sealed class ShopChangedConsumer(IRepository<KitchenState> kitchens) : IConsumer<ShopChanged>
{
    public Task Consume(ConsumeContext<ShopChanged> context) =>
        kitchens.UpdateKitchenStateAsync(kitchen => kitchen.Apply(context.Message), context.Handled(this), context.CancellationToken);
}

internal static class KitchenStateUpdates
{
    /// <summary>Stores the state of the kitchen from an event, if the event is newer than the stored state.</summary>
    /// <exception cref="ConcurrencyException">
    /// Another replica stored a change at the same time; the message has to be redelivered.
    /// </exception>
    public static async Task UpdateKitchenStateAsync(
        this IRepository<KitchenState> kitchens,
        Func<KitchenState, bool> apply,
        HandledMessage handled,
        CancellationToken cancellationToken
    )
    {
        var kitchen = await kitchens.FindAsync(KitchenState.SingletonId, cancellationToken) ?? KitchenState.Initial();
        if (apply(kitchen) && await kitchens.SaveAsync(kitchen, [], handled, cancellationToken) == SaveResult.Conflict)
        {
            throw new ConcurrencyException("Another replica changed the state of the kitchen at the same time.");
        }
    }
}
