using MariosPizzeria.ServiceDefaults.Hosting;
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

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Repeat.ForeverAsync(PruneAsync, e => LogFailed(logger, e), Interval, time, stoppingToken);

    private async Task<TimeSpan> PruneAsync(CancellationToken cancellationToken)
    {
        while (await database.ForgetHandled(time.GetUtcNow() - Kept, Batch, cancellationToken) == Batch)
        {
            // A full batch: there is more.
        }

        return Interval;
    }

    [LoggerMessage(50, LogLevel.Error, "Records of handled messages could not be removed; it is tried again in an hour")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
