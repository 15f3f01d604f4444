using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>
/// Work that a process does once before it reports that it is ready. A method's first call waits for its compilation, and an order's first
/// request passes through five processes: without a warm-up the first customer after a start waits for more than a second.
/// </summary>
public interface IWarmUp
{
    /// <summary>Runs the warm-up; it changes nothing visible. It may fail if a backing service is unavailable.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Runs every <see cref="IWarmUp"/> once the process listens, and delays readiness until they have completed, but no longer than
/// <see cref="Timeout"/>: a warm-up that does not complete must not keep a process from serving.
/// </summary>
internal sealed partial class WarmUp(
    IServiceProvider services,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<WarmUp> logger
) : BackgroundService, IHealthCheck
{
    /// <summary>The maximum time that readiness waits for the warm-up.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private volatile bool _over;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_over ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var began = time.GetTimestamp();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        ending.CancelAfter(Timeout);
        try
        {
            await StartedAsync(ending.Token);

            // Resolved here: creating a step may connect, and registration does no I/O.
            var steps = services.GetServices<IWarmUp>().ToList();
            await Task.WhenAll(steps.Select(step => RunAsync(step, ending.Token))).WaitAsync(ending.Token);
            if (steps.Count > 0)
            {
                LogWarmUpCompleted(logger, Math.Round(time.GetElapsedTime(began).TotalMilliseconds));
            }
        }
        catch (OperationCanceledException)
        {
            LogWarmUpTimedOut(logger, Timeout.TotalSeconds);
        }
        finally
        {
            _over = true;
        }
    }

    private async Task StartedAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
    }

    private async Task RunAsync(IWarmUp step, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => step.RunAsync(cancellationToken), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, e, step.GetType().Name);
        }
    }

    [LoggerMessage(33, LogLevel.Information, "Warmed up in {duration_ms} ms")]
    private static partial void LogWarmUpCompleted(ILogger logger, double duration_ms);

    [LoggerMessage(31, LogLevel.Warning, "Not warmed up within {seconds} s: the first requests will be slower")]
    private static partial void LogWarmUpTimedOut(ILogger logger, double seconds);

    [LoggerMessage(32, LogLevel.Debug, "{step} could not be warmed up")]
    private static partial void LogFailed(ILogger logger, Exception exception, string step);
}
