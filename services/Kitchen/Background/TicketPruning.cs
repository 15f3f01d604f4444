using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

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
            var forgotten = Collections.LeftBefore(time.GetUtcNow() - Kept).First(Batch);
            while (await tickets.Remove(forgotten, stoppingToken) == Batch)
            {
                // A full batch: there is more.
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, e);
        }
    }

    [LoggerMessage(320, LogLevel.Error, "Old tickets could not be removed; it is tried again in an hour")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
