using MariosPizzeria.ProcessHost.Measuring;
using MariosPizzeria.ProcessHost.Verification;

namespace MariosPizzeria.ProcessHost.Commands;

internal static class BenchCommand
{
    public static Command Create()
    {
        var command = new Command(
            "bench",
            "Measures menu, orders and idling: rates, latencies, CPU by process, and ratios to this machine's limits."
        );
        var runs = command.NumberOption(
            "--runs",
            1,
            least: 1,
            "How often all of it is measured, each time in a new system; the figures are medians."
        );
        var seconds = command.NumberOption("--seconds", 10, least: 1, "How long each thing is measured.");
        var orderSeconds = command.NumberOption("--order-seconds", 60, least: 1, "How long orders are placed at full load.");
        var warmUp = command.NumberOption(
            "--warm-up",
            20,
            least: 1,
            "Seconds of load before, for the throughput triples over the first thirty."
        );
        var stored = command.NumberOption(
            "--stored",
            0,
            least: 0,
            "Measure orders and lists also with so many orders stored (PostgreSQL only): 1000000."
        );
        var running = command.Option<bool>("--running", "Measure what runs, with its rate limits, instead of a system of its own without.");
        var json = command.JsonOption();
        command.SetAction(
            async (parsed, cancellation) =>
            {
                TimeSpan Seconds(Option<int> option) => TimeSpan.FromSeconds(parsed.GetValue(option));
                var options = new BenchOptions(
                    new(Seconds(seconds), Seconds(orderSeconds), Seconds(warmUp)),
                    parsed.GetValue(runs),
                    parsed.GetValue(stored)
                );
                var isRunning = parsed.GetValue(running);
                if (isRunning && options.Stored > 0)
                {
                    throw new PizzeriaException("--stored fills a system of bench's own, so it does not go with --running.");
                }

                var own = new BenchState(Checkout.Find());
                await using var turn = own.TryLock() ?? throw new PizzeriaException("Another bench of this checkout is running.");
                var bench = new BenchRuns(own, options, cancellation);
                return await CommandProcesses.RunAsync(
                    () => RunAsync(isRunning ? bench.MeasureRunningAsync : bench.MeasureAsync, parsed.GetValue(json)),
                    own.Delete
                );
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(Func<Task<IReadOnlyList<BenchLine>>> measure, bool json)
    {
        IReadOnlyList<BenchLine> lines;
        try
        {
            lines = await measure();
        }
        catch (Exception e) when (e is VerificationException or HttpRequestException)
        {
            throw new PizzeriaException($"Measuring was given up: {e.Message}", e);
        }

        if (json)
        {
            CommandExtensions.WriteJson(lines);
        }
        else
        {
            BenchTable.Write(lines);
        }

        return 0;
    }
}
