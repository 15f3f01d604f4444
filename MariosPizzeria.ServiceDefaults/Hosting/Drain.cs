using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>
/// The first part of a graceful shutdown: readiness is false immediately, and the process still serves for <c>Drain__Delay</c>, so that
/// every load balancer has stopped sending requests before the process refuses any. Requests and messages in flight then have
/// <see cref="ShutdownTimeout"/> to finish.
/// </summary>
public sealed class Drain(IConfiguration configuration) : IHostedLifecycleService, IHealthCheck
{
    /// <summary>How long requests and messages in flight may take to finish after the delay.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Twice the interval in which the gateway probes readiness.</summary>
    public static readonly TimeSpan DefaultDelay = TimeSpan.FromSeconds(2);

    internal const string Setting = "Drain:Delay";

    /// <summary>The name of its readiness check, the only check that runs once the drain has begun.</summary>
    internal const string CheckName = "drain";

    /// <summary>How long the process continues to serve after it was asked to stop.</summary>
    public TimeSpan Delay { get; } = Parse(configuration[Setting]) ?? DefaultDelay;

    /// <summary>Whether the process was asked to stop.</summary>
    public bool IsDraining { get; private set; }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        IsDraining = true;
        try
        {
            await Task.Delay(Delay, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The shutdown does not wait for the load balancers, so the delay ends early.
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsDraining ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy());

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Parses seconds (<c>2</c>, <c>0.5</c>) or a time span (<c>00:00:02</c>); returns null if it is neither, or not from 0 to 600 s.
    /// </summary>
    public static TimeSpan? Parse(string? text)
    {
        if (
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 0 and <= 600
        )
        {
            return TimeSpan.FromSeconds(seconds);
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && span >= TimeSpan.Zero && span.TotalSeconds <= 600
            ? span
            : null;
    }
}
