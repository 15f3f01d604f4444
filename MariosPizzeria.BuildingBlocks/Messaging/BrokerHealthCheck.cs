using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>
/// The broker as the process sees it: healthy if it is reachable and its queues are being consumed. MassTransit's own check is healthy
/// without a broker if there is nothing to consume.
/// </summary>
internal sealed class BrokerHealthCheck(BrokerConnectionMonitor watch, IBusControl bus) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            watch.IsConnected && bus.CheckHealth().Status == BusHealthStatus.Healthy
                ? HealthCheckResult.Healthy()
                : new(context.Registration.FailureStatus)
        );
}
