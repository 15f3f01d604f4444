namespace MariosPizzeria.BuildingBlocks.Documents;

/// <summary>
/// Removes the records of messages that were handled long ago, so that a document that is kept for ever does not keep the records of all
/// its messages. Every replica may do it at any time, because a repeated removal has no effect.
/// </summary>
internal sealed partial class InboxPruning(IDocumentDatabase database, TimeProvider time, ILogger<InboxPruning> logger) : BackgroundService
{
    /// <summary>Longer than a message waits in an error queue before an operator redrives it.</summary>
    public static readonly TimeSpan RetentionPeriod = TimeSpan.FromDays(30);

    private const int BatchSize = 5_000;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        RetryLoop.RunForeverAsync(PruneAsync, e => LogFailed(logger, e), Interval, time, stoppingToken);

    private async Task<TimeSpan> PruneAsync(CancellationToken cancellationToken)
    {
        while (await database.PruneInboxAsync(time.GetUtcNow() - RetentionPeriod, BatchSize, cancellationToken) == BatchSize)
        {
            // A full batch: there is more.
        }

        return Interval;
    }

    [LoggerMessage(47, LogLevel.Error, "Records of handled messages could not be removed; retrying in an hour")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
