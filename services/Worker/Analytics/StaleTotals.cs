using MariosPizzeria.OrderService;
using MariosPizzeria.OrderService.Reports;

namespace MariosPizzeria.Worker.Analytics;

/// <summary>
/// Marks the previous release's running totals as stale: those of every five minutes whose orders have other sums than at the last check.
/// No code of this release reads them. To be removed with the release after this one.
/// </summary>
public sealed partial class StaleTotals(
    IMeasures<Order> measures,
    IRepository<FigureSlice> slices,
    TimeProvider time,
    ILogger<StaleTotals> logger
) : BackgroundService
{
    // An order that is placed for another day ends up to a week later.
    private static readonly TimeSpan LookBackPeriod = TimeSpan.FromDays(8);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private Dictionary<DateTimeOffset, string> _seen = [];

    /// <summary>Checks once.</summary>
    /// <returns>The number of totals that it found stale.</returns>
    public async Task<int> MarkAsync(CancellationToken cancellationToken)
    {
        var last = FigureSlice.StartOf(time.GetUtcNow()) + FigureSlice.Length;
        var bounds = Enumerable
            .Range(0, (int)(LookBackPeriod / FigureSlice.Length) + 1)
            .Select(n => last - LookBackPeriod + (n * FigureSlice.Length))
            .ToList();
        var sums = await measures.SumSlicesAsync(OrderDocuments.PlacedAt, bounds, cancellationToken);
        var (now, stale) = (new Dictionary<DateTimeOffset, string>(), 0);
        foreach (var (start, sum) in bounds.Zip(sums).Where(slice => slice.Second.Documents > 0))
        {
            now[start] = $"{sum.Documents} {string.Join(' ', OrderMeasures.All.Select(measure => sum[measure]))}";
            if (_seen.GetValueOrDefault(start) != now[start])
            {
                await MarkStaleAsync(start, cancellationToken);
                stale++;
            }
        }

        _seen = now;
        return stale;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        RetryLoop.RunForeverAsync(
            async cancellationToken =>
            {
                await MarkAsync(cancellationToken);
                return Interval;
            },
            e => LogFailed(logger, e),
            Interval,
            time,
            stoppingToken
        );

    private async Task MarkStaleAsync(DateTimeOffset start, CancellationToken cancellationToken)
    {
        var slice = await slices.FindAsync(FigureSlice.IdOf(start), cancellationToken) ?? FigureSlice.Of(start);
        while (slice.Touch() && await slices.SaveAsync(slice, [], handled: null, cancellationToken) == SaveResult.Conflict)
        {
            slice = await slices.FindAsync(slice.Id, cancellationToken) ?? FigureSlice.Of(start);
        }
    }

    [LoggerMessage(220, LogLevel.Error, "The previous release's totals could not be marked as stale; retrying")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
