using MariosPizzeria.Simulation.World;

namespace MariosPizzeria.Simulation.Checks;

/// <summary>
/// Finds a short schedule that still breaks the same invariant. It removes mishaps and deeds, first half of them at a time, then fewer,
/// while the invariant still breaks without them (delta debugging, Zeller and Hildebrandt 2002).
/// </summary>
internal static class Shrinking
{
    /// <summary>Runs shorter variants of the scenario and returns the outcome of the shortest failing one, with a log.</summary>
    /// <param name="scenario">Creates a new instance of the failing scenario; a planted fault may have state.</param>
    /// <param name="failing">The outcome of the failing scenario.</param>
    /// <param name="mostRuns">The maximum number of runs; then the shortest schedule found is returned.</param>
    public static Outcome Shorten(Func<Scenario> scenario, Outcome failing, int mostRuns = 400)
    {
        var invariant = failing.Broken!.Invariant;
        var kept = failing.Happened.Distinct().ToList();
        var shuffles = true;
        var runs = 0;
        if (Breaks(kept, inOrder: true))
        {
            shuffles = false;
        }

        for (var size = Math.Max(1, kept.Count / 2); runs < mostRuns; size = Math.Max(1, size / 2))
        {
            var isShorter = false;
            for (var from = 0; from < kept.Count && runs < mostRuns; )
            {
                List<ulong> fewer = [.. kept.Take(from), .. kept.Skip(from + size)];
                if (Breaks(fewer, !shuffles))
                {
                    (kept, isShorter) = (fewer, true);
                }
                else
                {
                    from += size;
                }
            }

            if (size == 1 && !isShorter)
            {
                break;
            }
        }

        return Run(kept, !shuffles, logs: true);

        bool Breaks(List<ulong> allowed, bool inOrder)
        {
            runs++;
            return Run(allowed, inOrder, logs: false).Broken?.Invariant == invariant;
        }

        Outcome Run(List<ulong> allowed, bool inOrder, bool logs) =>
            World.Simulation.Run(scenario() with { Allowed = allowed.ToHashSet(), Shuffles = !inOrder, Logs = logs });
    }

    /// <summary>Formats a failure for the console.</summary>
    public static string Text(Scenario scenario, Outcome failing, Outcome shortest) =>
        string.Join(
            '\n',
            [
                $"seed {scenario.Seed}, {scenario.Orders} orders: {failing.Broken!.Invariant}",
                $"  {failing.Broken.Detail}",
                $"{failing.Happened.Distinct().Count()} things happened; these {shortest.Happened.Distinct().Count()} suffice (seconds, who, what):",
                .. shortest.Log.Story,
                $"again: ./pizzeria simulate --seed {scenario.Seed} --orders {scenario.Orders}",
            ]
        );
}
