using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.OrderService.Features;
using MassTransit;

namespace MariosPizzeria.OrderService.Consumers;

/// <summary>Completes a recorded cancellation request, in case the process that recorded it has stopped.</summary>
[ConsumerNames(queue: "order-carry-out-cancellation", inboxKey: "CarryOutCancellation")]
public sealed class CancellationRequestedConsumer(CancelOrder cancelOrder) : IConsumer<CancellationRequested>
{
    public async Task Consume(ConsumeContext<CancellationRequested> context) =>
        (
            await cancelOrder.CompleteAsync(context.Message.OrderId, context.Cause(), context.Handled(this), context.CancellationToken)
        ).OrThrow();
}
