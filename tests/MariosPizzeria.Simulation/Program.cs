using System.Diagnostics;
using System.Globalization;
using MariosPizzeria.Simulation.Checks;
using MariosPizzeria.Simulation.World;

namespace MariosPizzeria.Simulation;

/// <summary>The program that <c>./pizzeria simulate</c> starts. Exits with 0 if no invariant was broken.</summary>
internal static class Program
{
    private const ulong UsualSeeds = 1000;
    private const int UsualOrders = 10;

    public static int Main(string[] args)
    {
        var only = Number(args, "--seed");
        var seeds = Number(args, "--seeds") ?? (only is null ? UsualSeeds : 1);
        var orders = (int)(Number(args, "--orders") ?? UsualOrders);
        if (only is { } seed && args.Contains("--log"))
        {
            Console.Write(World.Simulation.Run(new(seed, orders) { Logs = true }).Log);
            return 0;
        }

        if (only is not null && seeds == 1)
        {
            Console.WriteLine($"log of seed {only}: sha256 {World.Simulation.Run(new(only.Value, orders) { Logs = true }).Log.Hash()}");
        }

        var clock = Stopwatch.StartNew();
        var told = TimeSpan.Zero;
        var failure = Runner.FindFailure(
            only ?? 1,
            seeds,
            seed => new(seed, orders),
            done =>
            {
                if (clock.Elapsed - told > TimeSpan.FromSeconds(10))
                {
                    told = clock.Elapsed;
                    Console.WriteLine(
                        string.Create(CultureInfo.InvariantCulture, $"{done} seeds, {done / clock.Elapsed.TotalSeconds:0} a second")
                    );
                }
            }
        );
        if (failure is var (scenario, outcome))
        {
            Console.WriteLine($"seed {scenario.Seed}: {outcome.Broken!.Invariant}; shortening its schedule");
            Console.WriteLine(Shrinking.Text(scenario, outcome, Shrinking.Shorten(() => scenario, outcome)));
            return 1;
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{seeds} seeds of {orders} orders broke nothing ({clock.Elapsed.TotalSeconds:0.0} s)"
            )
        );
        return 0;
    }

    private static ulong? Number(string[] args, string name)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 ? ulong.Parse(args[at + 1], CultureInfo.InvariantCulture) : null;
    }
}
