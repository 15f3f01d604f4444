using MariosPizzeria.KitchenService.Streaming;
using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.KitchenService.Background;

/// <summary>
/// Publishes the kitchen's load after a ticket changed in any replica, and periodically in case a hint was lost. Every replica checks the
/// load; the version of the load's document lets one of them publish.
/// </summary>
internal sealed partial class LoadPublication(PublishLoad publish, TicketFeed feed, TimeProvider time, ILogger<LoadPublication> logger)
    : BackgroundService
{
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        RetryLoop.RunForeverAsync(PublishAsync, e => LogFailed(logger, e), PauseAfterFailure, time, stoppingToken);

    private async Task<TimeSpan> PublishAsync(CancellationToken cancellationToken)
    {
        // Taken before the load is read, so that a change during the read triggers the next one.
        var touched = feed.NextTouch;
        if (await publish.Handle(cancellationToken))
        {
            await Task.Delay(PublishLoad.Interval, time, cancellationToken);
            await Task.WhenAny(touched, Task.Delay(Sweep, time, cancellationToken));
            return TimeSpan.Zero;
        }

        return PublishLoad.Interval;
    }

    [LoggerMessage(310, LogLevel.Error, "The kitchen's load could not be published; retrying")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
