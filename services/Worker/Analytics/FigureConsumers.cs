using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.Worker.Analytics;

/// <summary>
/// Says that the figures of the time at which an order was placed are stale. The order is stored before its event is published, so a
/// count that begins afterwards sees it; how often and in which order it is said makes no difference.
/// </summary>
[ConsumerNames(queue: "worker-note-stale-figures", inboxKey: "NoteStaleFigures")]
public sealed class OrderChangedConsumer(IRepository<FigureSlice> slices, IRepository<Order> orders)
    : IConsumer<OrderPlaced>,
        IConsumer<OrderReady>,
        IConsumer<OrderDelivered>,
        IConsumer<OrderCancelled>,
        IConsumer<OrderRepaired>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<OrderPlaced> context) => Touch(context.Message.OccurredAt, context.CancellationToken);

    /// <inheritdoc/>
    public Task Consume(ConsumeContext<OrderDelivered> context) => Touch(context.Message.PlacedAt, context.CancellationToken);

    /// <inheritdoc/>
    public Task Consume(ConsumeContext<OrderCancelled> context) => Touch(context.Message.PlacedAt, context.CancellationToken);

    /// <inheritdoc/>
    public Task Consume(ConsumeContext<OrderRepaired> context) => Touch(context.Message.PlacedAt, context.CancellationToken);

    /// <summary>
    /// The kitchen's event, which Order may not have heard yet: then the figures have it when the order is handed over. This only makes
    /// it sooner.
    /// </summary>
    public async Task Consume(ConsumeContext<OrderReady> context)
    {
        if (await orders.Find(context.Message.OrderId, context.CancellationToken) is { } order)
        {
            await Touch(order.PlacedAt, context.CancellationToken);
        }
    }

    private async Task Touch(DateTimeOffset placedAt, CancellationToken cancellationToken)
    {
        var slice = await slices.Find(FigureSlice.IdOf(placedAt), cancellationToken) ?? FigureSlice.Of(placedAt);
        while (slice.Touch() && await slices.Save(slice, [], handled: null, cancellationToken) == SaveResult.Conflict)
        {
            slice = await slices.Find(slice.Id, cancellationToken) ?? FigureSlice.Of(placedAt);
        }
    }
}
