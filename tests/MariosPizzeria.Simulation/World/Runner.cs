namespace MariosPizzeria.Simulation.World;

/// <summary>Runs many seeds on two threads; each world runs on one thread.</summary>
internal static class Runner
{
    private const int Threads = 2;

    /// <summary>Runs seeds until one fails.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="count">The number of seeds.</param>
    /// <param name="scenario">Creates the scenario of a seed.</param>
    /// <param name="onDone">Called after each seed with the number of seeds that have run.</param>
    /// <returns>The failing scenario with the lowest seed among those that ran, with its outcome; null if none failed.</returns>
    public static (Scenario Scenario, Outcome Outcome)? FindFailure(
        ulong first,
        ulong count,
        Func<ulong, Scenario> scenario,
        Action<ulong>? onDone = null
    )
    {
        var gate = new Lock();
        var next = first;
        (Scenario Scenario, Outcome Outcome)? found = null;
        Exception? failure = null;
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(Run)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return failure is null ? found : throw new InvalidOperationException($"Seed {next - 1} or the one before: {failure}", failure);

        void Run()
        {
            while (true)
            {
                ulong seed;
                lock (gate)
                {
                    if (next - first >= count || found is not null || failure is not null)
                    {
                        return;
                    }

                    seed = next++;
                }

                try
                {
                    var chosen = scenario(seed);
                    var outcome = Simulation.Run(chosen);
                    lock (gate)
                    {
                        if (outcome.Broken is not null && !(found?.Scenario.Seed < seed))
                        {
                            found = (chosen, outcome);
                        }

                        onDone?.Invoke(seed - first + 1);
                    }
                }
                catch (Exception e)
                {
                    lock (gate)
                    {
                        failure ??= e;
                    }

                    return;
                }
            }
        }
    }
}
