using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Features;
using MariosPizzeria.ServiceDefaults.Messaging;
using MassTransit;

namespace MariosPizzeria.OrderService.Consumers;

/// <summary>Brings a recorded wish to its end, should the process that recorded it have died.</summary>
[ConsumerNames(queue: "order-carry-out-cancellation", inboxKey: "CarryOutCancellation")]
public sealed class CancellationRequestedConsumer(CancelOrder cancelOrder) : IConsumer<CancellationRequested>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<CancellationRequested> context) =>
        (await cancelOrder.CarryOut(context.Message.OrderId, context.Cause(), context.Handled(this), context.CancellationToken)).OrThrow();
}
