using System.Collections.Concurrent;
using MassTransit;

namespace MariosPizzeria.Tests.Kitchen;

/// <summary>Collects all messages of one type that a service publishes from this moment on.</summary>
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
