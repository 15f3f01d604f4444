using MariosPizzeria.Simulation.Checks;

namespace MariosPizzeria.Simulation.World;

/// <summary>The outcome of a run.</summary>
/// <param name="Broken">The first broken invariant; null if none was broken.</param>
/// <param name="Happened">The keys of all mishaps and deeds.</param>
/// <param name="Log">The log; empty if it was not requested.</param>
/// <param name="Steps">The number of work items that ran.</param>
/// <param name="Took">The duration in simulated time.</param>
internal sealed record Outcome(Violation? Broken, IReadOnlyList<ulong> Happened, RunLog Log, long Steps, TimeSpan Took);

/// <summary>Runs a scenario to its end.</summary>
internal static class Simulation
{
    // After the last mishap, everything must end within this time. An order waits fifteen minutes for its payment, and messages that
    // failed several times are retried after longer and longer delays.
    private static readonly TimeSpan Convergence = TimeSpan.FromMinutes(60);

    // About twenty times the steps of an ordinary run.
    private const long MostSteps = 500_000;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    public static Outcome Run(Scenario scenario)
    {
        var world = new World(scenario);
        var start = world.Loop.Now;
        try
        {
            Play(world);
        }
        finally
        {
            world.Close();
        }

        return new(world.Watch.Broken, world.Plan.Happened, world.Log, world.Loop.Steps, world.Loop.Now - start);
    }

    private static void Play(World world)
    {
        var (guests, staff, ending) = (new Guests(world), new Staff(world), new Ending(world));
        var deeds = new Deeds(world, staff);
        world.Open();
        deeds.Arrange();
        guests.Arrive();
        staff.Work();
        Pass(world, deeds.Trouble);
        Heal(world);
        var until = world.Loop.Now + Convergence;
        string? underWay = null;
        while (world.Watch.Broken is null && world.Loop.Now < until)
        {
            Pass(world, Look);
            underWay =
                !guests.AreServed ? "a guest waits"
                : !staff.IsDone ? "the manager waits"
                : ending.UnderWay();
            if (underWay is null)
            {
                ending.Check();
                return;
            }
        }

        if (world.Watch.Broken is null)
        {
            world.Watch.Break("Everything ends once nothing goes wrong any more", underWay ?? "");
        }
    }

    private static void Pass(World world, TimeSpan time)
    {
        // An empty timer, so that the time advances even if there is no work.
        var until = world.Loop.Now + time;
        world.Outside.Time.After(time, static () => { });
        while (world.Loop.Now < until && world.Watch.Broken is null && world.Loop.RunNext(until))
        {
            if (world.Loop.Steps > MostSteps)
            {
                world.Watch.Break("Nothing is done over and over", $"{MostSteps} steps, and it is only {world.Loop.Now:T}");
            }
        }
    }

    private static void Heal(World world)
    {
        world.Tell(world.Outside, () => "nothing goes wrong any more");
        world.Plan.IsOpen = false;
        world.Broker.IsDown = false;
        world.Provider.IsDown = false;
        foreach (var replica in world.Replicas)
        {
            replica.IsHeldDown = false;
            replica.Start();
        }

        world.Broker.Redrive();
    }
}
