using System.Xml.Linq;

namespace MariosPizzeria.ProcessHost.Commands;

internal static class TestCommand
{
    private const string MongoVariable = "MONGODB_TEST_URL";

    private const string Simulation = "MariosPizzeria.Simulation";

    // An assembly in which no test begins or ends for this long is stopped and counts as failed. The longest tests take three minutes on a
    // slow machine.
    private const string HangTimeout = "10m";

    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    internal sealed record Outcome(int Passed, int Failed, int Skipped, IReadOnlyList<string> Failures)
    {
        public override string ToString() => $"{Passed} passed, {Failed} failed, {Skipped} skipped";
    }

    public static Command Create()
    {
        var command = new Command("test", "Builds and runs all tests, preparing what they need.");
        var filter = command.Argument<string?>(
            "filter",
            "A part of the tests' full names, or an expression like those of dotnet test --filter."
        );
        filter.Arity = ArgumentArity.ZeroOrOne;
        command.SetAction((parsed, _) => CommandProcesses.RunAsync(signalled => RunAsync(parsed.GetValue(filter), signalled)));
        return command;
    }

    private static async Task<int> RunAsync(string? filter, CancellationToken signalled)
    {
        var checkout = Checkout.Find();
        var builds = new Builds(checkout.Root, checkout.State);
        var sources = builds.Sources();
        var total = await RunAllAsync(checkout, filter, signalled);
        var nothing = total.Passed + total.Failed + total.Skipped == 0;
        if (nothing)
        {
            await Console.Error.WriteLineAsync($"No test's name contains \"{filter}\".");
        }
        else if (filter is null && total.Failed == 0)
        {
            builds.NoteTested(sources);
        }

        Console.WriteLine(total);
        return total.Failed > 0 || nothing ? 1 : 0;
    }

    /// <summary>Builds the solution and runs its tests.</summary>
    /// <param name="signalled">
    /// Ends the run after the current step. The step's own processes are ended by <see cref="CommandProcesses"/>, with SIGTERM, so that
    /// an installation or the servers of tests stop gracefully.
    /// </param>
    internal static async Task<Outcome> RunAllAsync(Checkout checkout, string? filter, CancellationToken signalled)
    {
        string[] projects =
        [
            .. Directory
                .EnumerateFiles(Path.Combine(checkout.Root, "tests"), "*.csproj", SearchOption.AllDirectories)
                .Where(IsTestProject)
                .Order(),
        ];
        var servers = SystemPlan.KindsOf(AspireManifest.Read(checkout.ManifestPath), mongo: false).Select(Packages.For);
        await Packages.InstallAsync([.. servers, Packages.Supervisor, Packages.Chromium], Console.WriteLine, CancellationToken.None);

        var builds = new Builds(checkout.Root, checkout.State);
        var clock = Stopwatch.StartNew();
        await builds.BuildSolutionAsync(CancellationToken.None);
        Console.WriteLine($"built in {clock.Elapsed.TotalSeconds:0.0} s");

        // Each run has its own folder: two concurrent runs must not read each other's results.
        var results = checkout.State.PathOf("test-results", Guid.NewGuid().ToString("N"));
        var outcomes = new List<Outcome>();

        // One after the other: each uses both processors of a small machine. Two at once took longer in all, because process starts then
        // exceeded their time limits, and limits on the speed of pages did not hold.
        foreach (var assembly in projects.Select(project => Path.GetFileNameWithoutExtension(project)))
        {
            clock.Restart();
            var outcome = await RunAsync(builds, assembly, filter, results);
            signalled.ThrowIfCancellationRequested();
            var took = $"{clock.Elapsed.TotalSeconds:0.0} s";
            Console.WriteLine(string.Join('\n', [.. outcome.Failures, $"{assembly}: {outcome} ({took})"]));
            outcomes.Add(outcome);
        }

        var total = new Outcome(
            outcomes.Sum(outcome => outcome.Passed),
            outcomes.Sum(outcome => outcome.Failed),
            outcomes.Sum(outcome => outcome.Skipped),
            []
        );

        Files.DeleteFolder(results);
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(MongoVariable)))
        {
            Console.WriteLine($"The contract suite did not run on MongoDB: {MongoVariable} (mongodb://host:port/) is not set.");
        }

        return total;
    }

    private static bool IsTestProject(string path) =>
        Path.GetFileNameWithoutExtension(path) is var name && (name.EndsWith("Tests", StringComparison.Ordinal) || name == Simulation);

    private static async Task<Outcome> RunAsync(Builds builds, string assembly, string? filter, string results)
    {
        var file = Path.Combine(results, assembly + ".trx");
        List<string> arguments =
        [
            "test",
            Path.Combine(builds.OutputOf(assembly), assembly + ".dll"),
            "--logger",
            $"trx;LogFileName={Path.GetFileName(file)}",
            "--results-directory",
            results,
            "--blame-hang-timeout",
            HangTimeout,
            "--blame-hang-dump-type",
            "none",
        ];
        if (filter is not null)
        {
            arguments.AddRange(["--filter", Expression(filter)]);
        }

        // Variables of this shell for a running system must not apply: tests have their own state folders.
        var environment = new Dictionary<string, string?>
        {
            ["PIZZERIA_STATE"] = null,
            ["DOTNET_NOLOGO"] = "1",
            // Idle thread-pool threads do not spin for work: that would take processor time from about fifteen other processes.
            ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
            // No process runs long enough to gain from recompiling hot methods, except the simulation, a single process that computes
            // for a minute.
            ["DOTNET_TC_CallCounting"] = assembly == Simulation ? null : "0",
        };
        var folder = builds.OutputOf(assembly);
        var run = await ChildProcess.RunAsync(
            "dotnet",
            arguments,
            CancellationToken.None,
            workingDirectory: folder,
            environment: environment
        );
        return Read(assembly, run, file);
    }

    /// <summary>Converts a word to a filter on the tests' full names; returns an expression unchanged.</summary>
    internal static string Expression(string filter) => filter.AsSpan().ContainsAny('=', '~') ? filter : "FullyQualifiedName~" + filter;

    /// <summary>Reads the results of a run. A run that failed without a failed test has crashed, which counts as a failure.</summary>
    internal static Outcome Read(string assembly, ToolResult run, string trxFile)
    {
        var results = File.Exists(trxFile) ? [.. XDocument.Load(trxFile).Descendants(Trx + "UnitTestResult")] : Array.Empty<XElement>();
        var passed = results.Count(r => OutcomeOf(r) == "Passed");
        var skipped = results.Count(r => OutcomeOf(r) == "NotExecuted");
        List<string> failures = [.. results.Where(r => OutcomeOf(r) is not ("Passed" or "NotExecuted")).Select(Failure)];
        if (run.ExitCode != 0 && failures.Count == 0)
        {
            failures.Add($"{assembly} failed without a failed test:\n{run.All}\n");
        }

        return new Outcome(passed, failures.Count, skipped, failures);
    }

    private static string OutcomeOf(XElement result) => (string?)result.Attribute("outcome") ?? "";

    private static string Failure(XElement result)
    {
        var output = result.Element(Trx + "Output");
        var error = output?.Element(Trx + "ErrorInfo");
        string?[] parts =
        [
            $"FAILED {(string?)result.Attribute("testName")} ({(string?)result.Attribute("duration")})",
            (string?)error?.Element(Trx + "Message"),
            (string?)error?.Element(Trx + "StackTrace"),
            (string?)output?.Element(Trx + "StdOut"),
        ];
        return string.Join('\n', parts.Where(p => !string.IsNullOrWhiteSpace(p))) + "\n";
    }
}
