using MariosPizzeria.KitchenService.Streaming;
using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.KitchenService.Background;

/// <summary>
/// Publishes the kitchen's load when a ticket changed anywhere, and by a sweep in case nobody said so. Each replica looks; the
/// load's document lets one publish.
/// </summary>
internal sealed partial class LoadPublication(PublishLoad publish, TicketFeed feed, ILogger<LoadPublication> logger) : BackgroundService
{
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Repeat.ForeverAsync(PublishAsync, e => LogFailed(logger, e), PauseAfterFailure, TimeProvider.System, stoppingToken);

    private async Task<TimeSpan> PublishAsync(CancellationToken cancellationToken)
    {
        // Taken before the look: what changes during it is looked at next.
        var touched = feed.NextTouch;
        if (await publish.Handle(cancellationToken))
        {
            await Task.Delay(PublishLoad.Interval, cancellationToken);
            await Task.WhenAny(touched, Task.Delay(Sweep, cancellationToken));
            return TimeSpan.Zero;
        }

        return PublishLoad.Interval;
    }

    [LoggerMessage(310, LogLevel.Error, "The kitchen's load could not be published; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
