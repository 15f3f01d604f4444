using MassTransit;
using Microsoft.Extensions.Options;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>
/// Ends a process whose bus has not connected for a minute although RabbitMQ answers, so that its supervisor restarts it. A bus can hang
/// forever after its connection broke at the wrong moment (rabbitmq/rabbitmq-dotnet-client#1976): the process would continue to serve
/// requests, but never consume or publish again.
/// </summary>
internal sealed partial class BusWatchdog(
    Func<bool> isBrokerThere,
    Func<bool> isConnected,
    IHostApplicationLifetime lifetime,
    IOptions<MassTransitHostOptions> host,
    TimeProvider time,
    ILogger<BusWatchdog> logger
) : BackgroundService
{
    /// <summary>Longer than a bus takes to connect on a busy machine, with all of its queues to declare.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>A bus that is not connected has no message to finish, and may never stop.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var stopping = lifetime.ApplicationStopping.Register(ShortenStopTimeout);
        long? since = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            since = isBrokerThere() && !isConnected() ? since ?? time.GetTimestamp() : null;
            if (since is { } moment && time.GetElapsedTime(moment) >= Timeout)
            {
                LogHangs(logger, Timeout.TotalSeconds);
                Environment.ExitCode = 1;
                lifetime.StopApplication();
                return;
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void ShortenStopTimeout()
    {
        if (!isConnected())
        {
            host.Value.StopTimeout = StopTimeout;
        }
    }

    [LoggerMessage(46, LogLevel.Critical, "The bus has not connected for {seconds} s although RabbitMQ answers; stopping the process")]
    private static partial void LogHangs(ILogger logger, double seconds);
}
