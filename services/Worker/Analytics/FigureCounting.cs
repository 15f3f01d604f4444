using System.Diagnostics;

namespace MariosPizzeria.Worker.Analytics;

/// <summary>
/// Has stale figures counted for as long as the process runs. A count that takes long is followed by a longer rest, so that reports cost a
/// busy pizzeria a tenth of one worker; but no longer than a manager would wait, and the first count after a start is always slow.
/// </summary>
internal sealed partial class FigureCounting(CountFigures count, ILogger<FigureCounting> logger) : BackgroundService
{
    private const int RestFactor = 10;

    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var rest = AfterFailure;
            try
            {
                var started = Stopwatch.GetTimestamp();
                await count.Handle(stoppingToken);
                var tenfold = RestFactor * Stopwatch.GetElapsedTime(started);
                rest = new(Math.Clamp(tenfold.Ticks, ShortestRest.Ticks, LongestRest.Ticks));
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(rest, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(220, LogLevel.Error, "The figures of the reports could not be counted; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
