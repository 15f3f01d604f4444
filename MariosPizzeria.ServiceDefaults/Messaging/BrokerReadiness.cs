using MariosPizzeria.ServiceDefaults.Health;
using MassTransit;

namespace MariosPizzeria.ServiceDefaults.Messaging;

/// <summary>
/// The broker, as the process sees it: there, and its queues are being consumed. MassTransit's own check answers 200 whatever
/// happens, and healthy where there is nothing to consume.
/// </summary>
internal sealed class BrokerReadiness(BrokerWatch watch, IBusControl bus, Readiness whenDown) : IReadinessCheck
{
    public string Name => "rabbitmq";

    public Task<Readiness> Check(CancellationToken cancellationToken) =>
        Task.FromResult(watch.IsThere && bus.CheckHealth().Status == BusHealthStatus.Healthy ? Readiness.Ready : whenDown);
}
