using MariosPizzeria.ProcessHost.Commands;
using MariosPizzeria.ProcessHost.Verification;

namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>The options of a bench.</summary>
/// <param name="Runs">The number of runs; at least 1.</param>
/// <param name="Stored">The number of stored orders for additional measurements; 0 for none.</param>
internal sealed record BenchOptions(BenchDurations Durations, int Runs, int Stored);

/// <summary>
/// Measures everything several times. Each run begins in a new system and measures everything before the next one begins, so that other
/// load on the machine for a while affects all figures of one run and not all runs of one figure.
/// </summary>
internal sealed class BenchRuns(BenchState own, BenchOptions options, CancellationToken cancellation)
{
    private StoredOrders? _stored;
    private bool _isBuilt;

    /// <summary>Measures the running system once; the orders placed there are cancelled.</summary>
    public Task<IReadOnlyList<BenchLine>> MeasureRunningAsync() =>
        VerifyCommand.OnRunningSystemAsync(
            async subject =>
            {
                await using var bench = await Bench.OfAsync(subject, options.Durations, own.FilesFolder);
                try
                {
                    return MedianOf([await MeasureAsync(bench)]);
                }
                finally
                {
                    await subject.TrackOrdersOfAsync(bench.Customer);
                }
            },
            Console.Error.WriteLine,
            cancellation
        );

    /// <summary>Measures systems that it starts itself, and stops them.</summary>
    public async Task<IReadOnlyList<BenchLine>> MeasureAsync()
    {
        await own.StopLeftoversAsync();

        CommandExtensions.LiftRateLimits();
        if (options.Stored > 0)
        {
            _stored = await OnAsync(own.Stored, fresh: true, FillAsync);
        }

        var runs = new List<IReadOnlyList<BenchLine>>();
        for (var run = 1; run <= options.Runs; run++)
        {
            Console.Error.WriteLine($"Run {run} of {options.Runs}.");
            var lines = await OnAsync(own.Empty, fresh: true, MeasureEmptyAsync);
            runs.Add(_stored is null ? lines : [.. lines, .. await OnAsync(own.Stored, fresh: false, MeasureStoredAsync)]);
        }

        return MedianOf(runs);
    }

    private async Task<T> OnAsync<T>(Checkout system, bool fresh, Func<RunningSystem, Task<T>> act)
    {
        if (!fresh)
        {
            // The stored responses to the orders of the previous run are deleted: Redis must be as empty as in a new system.
            Files.DeleteFolder(Path.Combine(system.State.Data, "redis"));
        }

        // Built once: sources that change during the bench must not be measured in some of the runs.
        var up = new UpOptions(Detach: true, Scale: [], Fresh: fresh, NoBuild: _isBuilt);
        _isBuilt = true;
        return await VerifyCommand.OnSystemOfItsOwnAsync(system, up, act, tidy: false, cancellation);
    }

    private async Task<StoredOrders> FillAsync(RunningSystem subject)
    {
        var stored = await StoredOrders.OfAsync(subject);
        await stored.FillAsync(options.Stored);
        return stored;
    }

    private async Task<IReadOnlyList<BenchLine>> MeasureEmptyAsync(RunningSystem subject)
    {
        await using var bench = await Bench.OfAsync(subject, options.Durations, own.FilesFolder);
        return await MeasureAsync(bench);
    }

    private static async Task<IReadOnlyList<BenchLine>> MeasureAsync(Bench bench)
    {
        var idle = await bench.MeasureIdleAsync();
        await bench.WarmUpAsync();
        return [.. await bench.MeasureAsync(), idle];
    }

    private async Task<IReadOnlyList<BenchLine>> MeasureStoredAsync(RunningSystem subject)
    {
        await using var bench = await Bench.OfAsync(subject, options.Durations, own.FilesFolder);
        await bench.WarmUpAsync();
        var completed = await bench.MeasureCompletedAsync($"{Short(options.Stored)} order completed");
        var slowest = await SlowestRequests.MeasureAsync(Short(options.Stored), subject);
        await _stored!.ResetAsync(cancellation);
        return [completed, .. slowest];
    }

    private static IReadOnlyList<BenchLine> MedianOf(List<IReadOnlyList<BenchLine>> runs) =>
        [.. Enumerable.Range(0, runs[0].Count).Select(line => BenchLine.MedianOf([.. runs.Select(run => run[line])]))];

    /// <summary>Returns a number in short form: 1M, 20k, 50.</summary>
    private static string Short(int number) =>
        number switch
        {
            >= 1_000_000 when number % 1_000_000 == 0 => $"{number / 1_000_000}M",
            >= 1_000 when number % 1_000 == 0 => $"{number / 1_000}k",
            _ => $"{number}",
        };
}
