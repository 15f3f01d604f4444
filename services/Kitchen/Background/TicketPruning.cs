using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.KitchenService.Background;

/// <summary>
/// Deletes tickets a week after they left the kitchen, and slots a week after their time: the order keeps its own history. Every replica
/// may do it at any time, because deleting is idempotent.
/// </summary>
internal sealed partial class TicketPruning(
    IRepository<Ticket> tickets,
    IRepository<TimeSlot> slots,
    TimeProvider time,
    ILogger<TicketPruning> logger
) : BackgroundService
{
    private const int Batch = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        RetryLoop.RunForeverAsync(PruneAsync, e => LogFailed(logger, e), Interval, time, stoppingToken);

    private async Task<TimeSpan> PruneAsync(CancellationToken cancellationToken)
    {
        var forgotten = Collections.LeftBefore(time.GetUtcNow() - Kept).First(Batch);
        while (await tickets.RemoveAsync(forgotten, cancellationToken) == Batch)
        {
            // A full batch: there may be more.
        }

        var past = Collections.SlotsBetween(from: null, time.GetUtcNow() - Kept).First(Batch);
        while (await slots.RemoveAsync(past, cancellationToken) == Batch)
        {
            // A full batch: there may be more.
        }

        return Interval;
    }

    [LoggerMessage(320, LogLevel.Error, "Old tickets could not be removed; retrying in an hour")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
