using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>
/// The first part of a graceful stop: readiness is false at once, and for <c>Drain__Delay</c> the process still serves, so that
/// every balancer has turned away before it refuses anybody. What is in flight then has <see cref="FinishWithin"/> to finish.
/// </summary>
public sealed class Drain(IConfiguration configuration) : IHostedLifecycleService, IHealthCheck
{
    /// <summary>How long requests and messages in flight may take to finish after the delay.</summary>
    public static readonly TimeSpan FinishWithin = TimeSpan.FromSeconds(30);

    /// <summary>Twice the interval in which the gateway looks at readiness.</summary>
    public static readonly TimeSpan DefaultDelay = TimeSpan.FromSeconds(2);

    /// <summary>The setting's name in configuration.</summary>
    internal const string Setting = "Drain:Delay";

    /// <summary>The name of its readiness check, the only one that is asked once the drain has begun.</summary>
    internal const string CheckName = "drain";

    /// <summary>How long the process serves on after it was told to stop.</summary>
    public TimeSpan Delay { get; } = Parse(configuration[Setting]) ?? DefaultDelay;

    /// <summary>Whether the process was told to stop.</summary>
    public bool HasBegun { get; private set; }

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        HasBegun = true;
        try
        {
            await Task.Delay(Delay, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The stop is in more of a hurry than the balancers.
        }
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(HasBegun ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy());

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Seconds (<c>2</c>, <c>0.5</c>) or a time span (<c>00:00:02</c>); null where it is neither, or negative.</summary>
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
