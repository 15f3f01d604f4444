using System.Diagnostics;
using MariosPizzeria.Simulation.Checks;
using MariosPizzeria.Simulation.Planted;
using MariosPizzeria.Simulation.World;
using Xunit.Abstractions;

namespace MariosPizzeria.Simulation;

/// <summary>The product under simulated faults, and the simulator itself.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const ulong Seeds = 2000;
    private const int Orders = 10;

    private static readonly Func<PlantedFault>[] Faults =
    [
        () => new AcknowledgeBeforeSave(),
        () => new NoInbox(),
        () => new ExpiryIgnoresPayment(),
        () => new PublishBeforeCommit(),
        () => new LeaseNotChecked(),
        () => new IdempotencyForgets(),
        () => new CounterInsteadOfSet(),
        () => new LastWriterWins(),
        () => new RemoveBeforeConfirm(),
        () => new KeyOfEachAttempt(),
        () => new TimeoutIsRefusal(),
        () => new RunningTotals(),
        () => new NumbersByRedisAlone(),
        () => new MenuKeptForEver(),
    ];

    public static TheoryData<string> FaultNames => [.. Faults.Select(fault => fault().Name)];

    [Fact]
    public void Two_thousand_seeds_of_ten_orders_break_no_invariant()
    {
        var failure = Runner.FindFailure(1, Seeds, seed => new(seed, Orders));

        if (failure is var (scenario, outcome))
        {
            Assert.Fail(Shrinking.Text(scenario, outcome, Shrinking.Shorten(() => scenario, outcome)));
        }
    }

    [Theory]
    [MemberData(nameof(FaultNames))]
    public void A_component_that_is_wrong_is_found_within_two_thousand_seeds(string name)
    {
        var fault = Faults.Single(each => each().Name == name);

        var failure = Runner.FindFailure(1, Seeds, seed => new(seed, Orders) { Planted = fault() });

        var (scenario, outcome) = failure.ShouldNotBeNull();
        output.WriteLine($"seed {scenario.Seed}: {outcome.Broken}");
    }

    [Fact]
    public void A_failure_is_told_by_a_short_schedule_that_still_fails()
    {
        static Scenario Planted(ulong seed) => new(seed, Orders) { Planted = new KeyOfEachAttempt() };
        var (scenario, outcome) = Runner.FindFailure(1, Seeds, Planted).ShouldNotBeNull();

        var shortest = Shrinking.Shorten(() => Planted(scenario.Seed), outcome);

        shortest.Broken.ShouldNotBeNull().Invariant.ShouldBe(outcome.Broken!.Invariant);
        shortest.Happened.Distinct().Count().ShouldBeLessThan(outcome.Happened.Distinct().Count() / 2);
        shortest.Log.Story.ShouldContain(line => line.Contains("BROKEN", StringComparison.Ordinal));
    }

    [Fact]
    public void A_seed_runs_in_another_process_as_it_does_in_this_one()
    {
        // In another process, hash codes of strings and random ids differ.
        var (_, log) = RunProcess("--seed", "7", "--log");

        var again = World.Simulation.Run(new(7, Orders) { Logs = true }).Log.ToString();

        again.Length.ShouldBeGreaterThan(1000);
        log.ShouldBe(again);
    }

    [Theory]
    [MemberData(nameof(DocumentedCommands))]
    public void The_document_s_commands_do_what_it_says(string command)
    {
        // Limits the number of seeds to what a test has time for.
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(2).ToList();
        var isOneSeed = words.Contains("--seed") && !words.Contains("--seeds");
        var most = words.IndexOf("--seeds");
        if (most >= 0)
        {
            words.RemoveRange(most, 2);
        }

        var (exit, said) = RunProcess(isOneSeed ? [.. words] : [.. words, "--seeds", "5"]);

        exit.ShouldBe(0, said);
        said.ShouldContain(
            words.Contains("--log") ? "nothing goes wrong any more"
            : isOneSeed ? "sha256"
            : "5 seeds of 10 orders broke nothing"
        );
    }

    public static TheoryData<string> DocumentedCommands() =>
        [
            .. File.ReadLines(Path.Combine(Root(), "docs", "simulation.md"))
                .Where(line => line.StartsWith("./pizzeria simulate", StringComparison.Ordinal))
                .Select(line => line.Split('#')[0].Trim()),
        ];

    private static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "MariosPizzeria.sln")))
        {
            at = at.Parent ?? throw new DirectoryNotFoundException("MariosPizzeria.sln is in no folder above the tests.");
        }

        return at.FullName;
    }

    private static (int Exit, string Output) RunProcess(params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(SimulationTests).Assembly.Location, .. words]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
