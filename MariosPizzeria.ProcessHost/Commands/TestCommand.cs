using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Manifest;
using MariosPizzeria.ProcessHost.Plan;
using MariosPizzeria.ProcessHost.Servers;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary><c>./pizzeria test [FILTER]</c></summary>
internal static class TestCommand
{
    private const string MongoVariable = "MONGODB_TEST_URL";

    // Tests of whole systems wait for processes most of the time, so two assemblies use two processors better than one does.
    private const int AssembliesAtOnce = 2;

    // Begun first, so that it is not alone at the end.
    private const string LongestAssembly = "MariosPizzeria.SystemTests";

    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>What a test run came to.</summary>
    internal sealed record Outcome(int Passed, int Failed, int Skipped, IReadOnlyList<string> Failures)
    {
        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{Passed} passed, {Failed} failed, {Skipped} skipped");
    }

    public static Command Create()
    {
        var filter = new Argument<string?>("filter")
        {
            Description = "A part of the tests' full names, or an expression like those of dotnet test --filter.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("test", "Builds and runs all tests, preparing what they need.") { filter };
        command.SetAction((parsed, cancellation) => OwnProcesses.RunAsync(() => RunAsync(parsed.GetValue(filter), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(string? filter, CancellationToken cancellation)
    {
        var checkout = Checkout.Find();
        var sources = new Builds(checkout.Root, checkout.State).Sources();
        var total = await RunAllAsync(checkout, filter, cancellation);
        var nothing = total.Passed + total.Failed + total.Skipped == 0;
        if (nothing)
        {
            await Console.Error.WriteLineAsync($"No test's name contains \"{filter}\".");
        }
        else if (filter is null && total.Failed == 0)
        {
            BuildCommand.NotePassed(checkout, sources);
        }

        Console.WriteLine(total);
        return total.Failed > 0 || nothing ? 1 : 0;
    }

    /// <summary>Builds and runs the tests, showing what failed.</summary>
    internal static async Task<Outcome> RunAllAsync(Checkout checkout, string? filter, CancellationToken cancellation)
    {
        string[] projects =
        [
            .. Directory
                .EnumerateFiles(Path.Combine(checkout.Root, "tests"), "*Tests.csproj", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal),
        ];
        await PrepareMachineAsync(checkout, projects, cancellation);

        var builds = new Builds(checkout.Root, checkout.State);
        var clock = Stopwatch.StartNew();
        await builds.BuildSolutionAsync(cancellation);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"built in {clock.Elapsed.TotalSeconds:0.0} s"));

        // A folder of its own: two runs at once must not read each other's results.
        var results = checkout.State.In("test-results", Guid.NewGuid().ToString("N"));
        var outcomes = new ConcurrentBag<Outcome>();
        await Parallel.ForEachAsync(
            projects
                .Select(project => Path.GetFileNameWithoutExtension(project))
                .OrderByDescending(assembly => assembly == LongestAssembly),
            new ParallelOptions { MaxDegreeOfParallelism = AssembliesAtOnce, CancellationToken = cancellation },
            async (assembly, stop) =>
            {
                var clock = Stopwatch.StartNew();
                var outcome = await RunAsync(builds, assembly, filter, results, stop);
                var took = string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds:0.0} s");
                Console.WriteLine(string.Join('\n', [.. outcome.Failures, $"{assembly}: {outcome} ({took})"]));
                outcomes.Add(outcome);
            }
        );
        var total = new Outcome(
            outcomes.Sum(outcome => outcome.Passed),
            outcomes.Sum(outcome => outcome.Failed),
            outcomes.Sum(outcome => outcome.Skipped),
            []
        );

        Directory.Delete(results, recursive: true);
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(MongoVariable)))
        {
            Console.WriteLine($"The contract suite did not run on MongoDB: {MongoVariable} (mongodb://host:port/) names no server.");
        }

        return total;
    }

    private static async Task PrepareMachineAsync(Checkout checkout, string[] projects, CancellationToken cancellation)
    {
        var kinds = File.Exists(checkout.ManifestPath)
            ? SystemPlan.KindsOf(AspireManifest.Read(checkout.ManifestPath), mongo: false)
            : [ServerKind.Redis, ServerKind.RabbitMq, ServerKind.Postgres];
        var needs = kinds.Select(Packages.For).Append(Packages.Supervisor).ToList();
        if (projects.Any(p => File.ReadAllText(p).Contains("Microsoft.Playwright", StringComparison.Ordinal)))
        {
            needs.Add(Packages.Chromium);
        }

        await Packages.InstallAsync(needs, Console.WriteLine, cancellation);
    }

    private static async Task<Outcome> RunAsync(
        Builds builds,
        string assembly,
        string? filter,
        string results,
        CancellationToken cancellation
    )
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
        ];
        if (filter is not null)
        {
            arguments.AddRange(["--filter", Expression(filter)]);
        }

        // Not what this shell may have been told about a running system: tests have states of their own.
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["PIZZERIA_STATE"] = null,
            ["DOTNET_NOLOGO"] = "1",
            // What tests cost is starting processes, and none takes code from a stranger, against whom every compiled method is mapped twice.
            ["DOTNET_EnableWriteXorExecute"] = "0",
            // Nor does a thread without work look out for some: that takes the processor from another of some fifteen processes.
            ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
            // And no process lives long enough for what it calls often to be worth compiling once more.
            ["DOTNET_TC_CallCounting"] = "0",
        };
        var run = await Child.RunAsync(
            "dotnet",
            arguments,
            cancellation,
            workingDirectory: builds.OutputOf(assembly),
            environment: environment
        );
        return Read(assembly, run, file);
    }

    /// <summary>A bare word is looked for in the tests' full names.</summary>
    internal static string Expression(string filter) => filter.AsSpan().ContainsAny('=', '~') ? filter : "FullyQualifiedName~" + filter;

    /// <summary>A run that ended badly without a failed test has crashed, which is a failure too.</summary>
    internal static Outcome Read(string assembly, ToolResult run, string trxFile)
    {
        var results = File.Exists(trxFile) ? [.. XDocument.Load(trxFile).Descendants(Trx + "UnitTestResult")] : Array.Empty<XElement>();
        var passed = results.Count(r => OutcomeOf(r) == "Passed");
        var skipped = results.Count(r => OutcomeOf(r) == "NotExecuted");
        List<string> failures = [.. results.Where(r => OutcomeOf(r) is not ("Passed" or "NotExecuted")).Select(Failure)];
        if (run.ExitCode != 0 && failures.Count == 0)
        {
            failures.Add($"{assembly} did not end as it should:\n{run.All}\n");
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
