using System.Runtime.InteropServices;
using MariosPizzeria.ProcessHost.Chaos;

namespace MariosPizzeria.ProcessHost.Commands;

internal static class ChaosCommand
{
    public static Command Create()
    {
        var command = new Command(
            "chaos",
            "Proves that nothing is lost: orders while processes and servers of a system of its own are killed, then a ledger. "
                + "Exit 0 if no row deviates."
        );
        var orders = command.NumberOption("--orders", 10_000, least: 1, "At least this many orders; more if the kills take longer.");
        var every = command.NumberOption("--every", 3, least: 0.1, "The mean time between two kills, in seconds.");
        var kills = command.NumberOption("--kills", 20, least: 1, "At least this many kills of each process type and each server.");
        var seed = command.Option<int>("--seed", "Determines what is ordered and which target is killed next; random if not given.");
        seed.DefaultValueFactory = _ => Random.Shared.Next(1, 1_000_000);
        var keep = command.Option<bool>("--keep", "Keep the state folder even if nothing is found.");
        var json = command.JsonOption();
        command.SetAction(
            (parsed, _) =>
                RunAsync(
                    new(
                        parsed.GetValue(orders),
                        TimeSpan.FromSeconds(parsed.GetValue(every)),
                        parsed.GetValue(kills),
                        parsed.GetValue(seed),
                        parsed.GetValue(keep)
                    ),
                    parsed.GetValue(json)
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(ChaosOptions options, bool json)
    {
        if (ServerPrograms.Mongo is not null)
        {
            throw new PizzeriaException("The ledger reads PostgreSQL, and this machine has a mongod, which would be used instead.");
        }

        using var stop = new CancellationTokenSource();
        PosixSignal? stoppedBy = null;
        // A signal that ends this command must also stop the system.
        using var signals = new SignalHandler(
            signal =>
            {
                stoppedBy ??= signal;
                Console.Error.WriteLine("Stopping the system.");
                stop.Cancel();
            },
            SignalHandler.Ending
        );
        var progress = json ? Console.Error : Console.Out;
        progress.WriteLine(
            $"seed {options.Seed}: {options.Orders} orders, {options.Kills} kills of each process type and server, one every {options.Every.TotalSeconds:0.#} s"
        );
        try
        {
            var result = await new ChaosRun(options, progress.WriteLine).RunAsync(Checkout.Find(), stop.Token);
            if (json)
            {
                CommandExtensions.WriteJson(result);
            }
            else
            {
                Write(result);
            }

            return result.ExitCode;
        }
        catch (OperationCanceledException) when (stoppedBy is { } signal)
        {
            return SignalHandler.ExitCodeOf(signal);
        }
    }

    private static void Write(ChaosResult result)
    {
        foreach (var row in result.Ledger)
        {
            Console.WriteLine($"{(row.Ok ? "ok  " : "FAIL")}  {row.Name, -24}  expected {row.Expected}, found {row.Actual}");
            foreach (var deviation in row.Deviations)
            {
                Console.WriteLine($"          {deviation}");
            }
        }

        Console.WriteLine($"kills: {string.Join(", ", result.Kills.Select(each => $"{each.Key} {each.Value}"))}");
        Console.WriteLine(
            $"{result.Orders} orders; start {result.Durations.Start} s, load {result.Durations.Load} s, convergence {result.Durations.Convergence} s"
        );
    }
}
