using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.KitchenService.Background;

/// <summary>
/// Forgets tickets a week after they left the kitchen: the order keeps its own story. Every replica may do it at any time, since
/// removing what is gone already removes nothing.
/// </summary>
internal sealed partial class TicketPruning(IRepository<Ticket> tickets, TimeProvider time, ILogger<TicketPruning> logger)
    : BackgroundService
{
    private const int Batch = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Repeat.ForeverAsync(PruneAsync, e => LogFailed(logger, e), Interval, time, stoppingToken);

    private async Task<TimeSpan> PruneAsync(CancellationToken cancellationToken)
    {
        var forgotten = Collections.LeftBefore(time.GetUtcNow() - Kept).First(Batch);
        while (await tickets.Remove(forgotten, cancellationToken) == Batch)
        {
            // A full batch: there is more.
        }

        return Interval;
    }

    [LoggerMessage(320, LogLevel.Error, "Old tickets could not be removed; it is tried again in an hour")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
