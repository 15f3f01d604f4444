using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MariosPizzeria.ServiceDefaults.Messaging;

/// <summary>
/// The broker, as the process sees it: there, and its queues are being consumed. MassTransit's own check is healthy without a broker
/// where there is nothing to consume.
/// </summary>
internal sealed class BrokerHealthCheck(BrokerWatch watch, IBusControl bus) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            watch.IsThere && bus.CheckHealth().Status == BusHealthStatus.Healthy
                ? HealthCheckResult.Healthy()
                : new(context.Registration.FailureStatus)
        );
}
