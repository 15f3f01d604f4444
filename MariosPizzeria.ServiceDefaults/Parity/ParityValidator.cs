namespace MariosPizzeria.ServiceDefaults.Parity;

/// <summary>Compares one of a process's backing servers with production.</summary>
internal interface IParityCheck
{
    /// <summary>Returns the difference from production; null if there is none.</summary>
    Task<string?> DifferenceAsync(ProductionServers production, CancellationToken cancellationToken);
}

/// <summary>
/// Logs once, when the process has started, how its backing servers differ from production's: <c>Dev/Prod Parity: …</c>. The checks run in
/// the background; neither their results nor their failures affect the process.
/// </summary>
internal sealed partial class ParityValidator(
    IEnumerable<IParityCheck> checks,
    ProductionServers production,
    IHostApplicationLifetime lifetime,
    ILogger<ParityValidator> logger
) : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStart = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await using var onStop = stoppingToken.Register(() => started.TrySetCanceled(stoppingToken));
        await started.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        await Task.WhenAll(checks.Select(check => CheckAsync(check, stoppingToken)));
    }

    private async Task CheckAsync(IParityCheck check, CancellationToken stoppingToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        deadline.CancelAfter(Timeout);
        try
        {
            if (await check.DifferenceAsync(production, deadline.Token).WaitAsync(deadline.Token) is { } difference)
            {
                LogDifference(logger, difference);
            }
        }
        catch (Exception e)
        {
            // An unreachable server is reported by readiness. It is also possible that the process is already stopping.
            LogUnknown(logger, check.GetType().Name, e.Message);
        }
    }

    [LoggerMessage(50, LogLevel.Warning, "Dev/Prod Parity: {difference}")]
    private static partial void LogDifference(ILogger logger, string difference);

    [LoggerMessage(51, LogLevel.Debug, "{check} could not read the server's version: {reason}")]
    private static partial void LogUnknown(ILogger logger, string check, string reason);
}
