using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.KitchenService.Background;

/// <summary>
/// Stores the configured settings of the shop if none are stored yet, so that the other services receive its opening hours.
/// </summary>
internal sealed partial class ShopOpening(ShopProvider shop, ILogger<ShopOpening> logger) : BackgroundService
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        RetryLoop.RetryUntilDoneAsync(shop.FindAsync, e => LogFailed(logger, e), PauseAfterFailure, stoppingToken);

    [LoggerMessage(330, LogLevel.Error, "The shop's settings could not be read or created; retrying")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
