using MariosPizzeria.KitchenService.Streaming;

namespace MariosPizzeria.KitchenService.Background;

/// <summary>
/// Publishes the kitchen's load when a ticket changed anywhere, and by a sweep in case nobody said so. Each replica looks; the
/// load's document lets one publish.
/// </summary>
internal sealed partial class LoadPublication(PublishLoad publish, TicketFeed feed, ILogger<LoadPublication> logger) : BackgroundService
{
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Taken before the look: what changes during it is looked at next.
                var touched = feed.NextTouch;
                var isUpToDate = await publish.Handle(stoppingToken);
                await Task.Delay(PublishLoad.Interval, stoppingToken);
                if (isUpToDate)
                {
                    await Task.WhenAny(touched, Task.Delay(Sweep, stoppingToken));
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(logger, e);
                await Task.Delay(PauseAfterFailure, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(310, LogLevel.Error, "The kitchen's load could not be published; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
