using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.ServiceDefaults.Documents;

/// <summary>
/// Forgets which messages were handled long ago, so that a document that lives for ever does not remember every message it ever had.
/// Every replica may do it at any time, since forgetting what is forgotten already does nothing.
/// </summary>
internal sealed partial class InboxPruning(IDocumentDatabase database, TimeProvider time, ILogger<InboxPruning> logger) : BackgroundService
{
    /// <summary>Longer than a message lies in an error queue before somebody sends it back.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private const int Batch = 5_000;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await Prune(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
    }

    private async Task Prune(CancellationToken stoppingToken)
    {
        try
        {
            while (await database.ForgetHandled(time.GetUtcNow() - Kept, Batch, stoppingToken) == Batch)
            {
                // A full batch: there is more.
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, e);
        }
    }

    [LoggerMessage(50, LogLevel.Error, "Records of handled messages could not be removed; it is tried again in an hour")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
