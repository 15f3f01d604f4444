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
            "How often to measure everything, each time in a new system; the figures are medians."
        );
        var seconds = command.NumberOption("--seconds", 10, least: 1, "How long to measure each operation, in seconds.");
        var orderSeconds = command.NumberOption("--order-seconds", 60, least: 1, "How long to place orders at full load, in seconds.");
        var warmUp = command.NumberOption(
            "--warm-up",
            20,
            least: 1,
            "Seconds of load before measuring: throughput triples in the first 30 seconds."
        );
        var stored = command.NumberOption(
            "--stored",
            0,
            least: 0,
            "Also measure orders and lists with this many stored orders (PostgreSQL only): 1000000."
        );
        var running = command.Option<bool>("--running", "Measure the running system, with its rate limits, instead of a new one without.");
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
                    throw new PizzeriaException("--stored needs a new system, so it cannot be combined with --running.");
                }

                var own = new BenchState(Checkout.Find());
                await using var turn = own.TryLock() ?? throw new PizzeriaException("Another bench of this checkout is running.");
                var bench = new BenchRuns(own, options, cancellation);
                return await CommandProcesses.RunAsync(
                    _ => RunAsync(isRunning ? bench.MeasureRunningAsync : bench.MeasureAsync, parsed.GetValue(json)),
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
            throw new PizzeriaException($"Measuring failed: {e.Message}", e);
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
