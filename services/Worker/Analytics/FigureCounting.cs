using System.Diagnostics;

namespace MariosPizzeria.Working.Analytics;

/// <summary>
/// Has stale figures counted for as long as the process runs. A count that takes long is followed by a rest ten times as long, so that
/// reports cost a busy pizzeria a tenth of one worker at most.
/// </summary>
internal sealed partial class FigureCounting(CountFigures count, ILogger<FigureCounting> logger) : BackgroundService
{
    private const int RestFactor = 10;

    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(500);
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
                rest = RestFactor * Stopwatch.GetElapsedTime(started);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(rest > ShortestRest ? rest : ShortestRest, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(220, LogLevel.Error, "The figures of the reports could not be counted; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
