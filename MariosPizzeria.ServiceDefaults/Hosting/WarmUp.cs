using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>
/// Something a process does once for nobody before it says that it is ready. A method's first call waits for its compilation, and an
/// order's first way leads through five processes: without this the first customer after a start waits for more than a second.
/// </summary>
public interface IWarmUp
{
    /// <summary>Does it; changes nothing that anybody could see. It may fail where a backing service is away.</summary>
    Task Run(CancellationToken cancellationToken);
}

/// <summary>
/// Runs every <see cref="IWarmUp"/> once the process listens, and holds its readiness back until they are through, but no longer than
/// <see cref="Patience"/>: a warm-up that can't be had must not keep a process from serving.
/// </summary>
internal sealed partial class WarmUp(
    IServiceProvider services,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<WarmUp> logger
) : BackgroundService, IHealthCheck
{
    /// <summary>How long readiness waits for it at most.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private volatile bool _over;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_over ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var began = time.GetTimestamp();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        ending.CancelAfter(Patience);
        try
        {
            await Started(ending.Token);

            // Resolved here: making a step may connect, and registration does no I/O.
            var steps = services.GetServices<IWarmUp>().ToList();
            await Task.WhenAll(steps.Select(step => Run(step, ending.Token))).WaitAsync(ending.Token);
            if (steps.Count > 0)
            {
                LogWarm(logger, Math.Round(time.GetElapsedTime(began).TotalMilliseconds));
            }
        }
        catch (OperationCanceledException)
        {
            LogGaveUp(logger, Patience.TotalSeconds);
        }
        finally
        {
            _over = true;
        }
    }

    private async Task Started(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
    }

    private async Task Run(IWarmUp step, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => step.Run(cancellationToken), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, e, step.GetType().Name);
        }
    }

    [LoggerMessage(30, LogLevel.Information, "Warmed up in {duration_ms} ms")]
    private static partial void LogWarm(ILogger logger, double duration_ms);

    [LoggerMessage(31, LogLevel.Warning, "Not warmed up within {seconds} s: the first requests will be slower")]
    private static partial void LogGaveUp(ILogger logger, double seconds);

    [LoggerMessage(32, LogLevel.Debug, "{step} could not be warmed up")]
    private static partial void LogFailed(ILogger logger, Exception exception, string step);
}
