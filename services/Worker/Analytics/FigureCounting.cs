using System.Diagnostics;
using MariosPizzeria.ServiceDefaults.Hosting;

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

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Repeat.ForeverAsync(CountAsync, e => LogFailed(logger, e), AfterFailure, TimeProvider.System, stoppingToken);

    private async Task<TimeSpan> CountAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await count.Handle(cancellationToken);
        var tenfold = RestFactor * Stopwatch.GetElapsedTime(started);
        return new(Math.Clamp(tenfold.Ticks, ShortestRest.Ticks, LongestRest.Ticks));
    }

    [LoggerMessage(220, LogLevel.Error, "The figures of the reports could not be counted; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
