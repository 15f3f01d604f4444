using System.Collections.Concurrent;
using MassTransit;

namespace MariosPizzeria.Tests.Kitchen;

/// <summary>Everything of one kind that a service says on its bus from now on.</summary>
internal sealed class Heard<T>
    where T : class
{
    public Heard(KitchenFactory kitchen) =>
        kitchen
            .Get<IBusControl>()
            .ConnectReceiveEndpoint(
                $"heard-{Guid.NewGuid():N}",
                endpoint =>
                    endpoint.Handler<T>(context =>
                    {
                        Messages.Enqueue(context.Message);
                        return Task.CompletedTask;
                    })
            )
            .Ready.GetAwaiter()
            .GetResult();

    public ConcurrentQueue<T> Messages { get; } = [];
}
