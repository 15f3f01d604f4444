using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.ServiceDefaults.Parity;

/// <summary>Looks at one of the servers a process leans on.</summary>
internal interface IParityCheck
{
    /// <summary>What is otherwise than in production; null where nothing is.</summary>
    Task<string?> Difference(ProductionServers production, CancellationToken cancellationToken);
}

/// <summary>
/// Says once, when the process has started, what it leans on that production does not: <c>Dev/Prod Parity: …</c>. It asks in the
/// background, and whatever it finds or fails to find, the process goes on.
/// </summary>
internal sealed partial class ParityValidator(
    IEnumerable<IParityCheck> checks,
    ProductionServers production,
    IHostApplicationLifetime lifetime,
    ILogger<ParityValidator> logger
) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStart = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await using var onStop = stoppingToken.Register(() => started.TrySetCanceled(stoppingToken));
        await started.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        await Task.WhenAll(checks.Select(check => Check(check, stoppingToken)));
    }

    private async Task Check(IParityCheck check, CancellationToken stoppingToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        patience.CancelAfter(Patience);
        try
        {
            if (await check.Difference(production, patience.Token).WaitAsync(patience.Token) is { } difference)
            {
                LogDifference(logger, difference);
            }
        }
        catch (Exception e)
        {
            // A server that is away is readiness' business. It may even be that the process stops already.
            LogUnknown(logger, check.GetType().Name, e.Message);
        }
    }

    [LoggerMessage(50, LogLevel.Warning, "Dev/Prod Parity: {difference}")]
    private static partial void LogDifference(ILogger logger, string difference);

    [LoggerMessage(51, LogLevel.Debug, "{check} could not tell what the server is: {reason}")]
    private static partial void LogUnknown(ILogger logger, string check, string reason);
}
