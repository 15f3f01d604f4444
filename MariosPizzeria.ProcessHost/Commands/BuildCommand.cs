using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Manifest;
using MariosPizzeria.ProcessHost.Releases;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary><c>./pizzeria build VERSION</c></summary>
internal static class BuildCommand
{
    public static Command Create()
    {
        var version = new Argument<string>("version") { Description = "The artifact's version, 1.4.0 for example; each is built once." };
        var command = new Command("build", "Runs all tests, and makes one artifact of every process.") { version };
        command.SetAction((parsed, cancellation) => OwnProcesses.RunAsync(() => RunAsync(parsed.GetRequiredValue(version), cancellation)));
        return command;
    }

    /// <summary>Remembers that all tests passed on these sources, so that a build of them need not run them again.</summary>
    public static void NotePassed(Checkout checkout, string sources) => BuildOf(checkout).NotePassed(sources);

    private static async Task<int> RunAsync(string version, CancellationToken cancellation)
    {
        var checkout = Checkout.Find();
        var clock = Stopwatch.StartNew();
        var archive = await BuildOf(checkout)
            .RunAsync(
                version,
                async () =>
                {
                    var outcome = await TestCommand.RunAllAsync(checkout, filter: null, cancellation);
                    Console.WriteLine(outcome);
                    // A run in which nothing ran has shown nothing.
                    return outcome.Passed == 0 ? Math.Max(1, outcome.Failed) : outcome.Failed;
                },
                AspireManifest.Read(checkout.ManifestPath),
                Console.WriteLine,
                cancellation
            );
        var size = new FileInfo(archive).Length / (double)(1 << 20);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Version {version} is built ({clock.Elapsed.TotalSeconds:0} s, {size:0.0} MiB): {archive}"
            )
        );
        Console.WriteLine($"SHA-256 {Artifact.HashOf(archive)}");
        Console.WriteLine($"To release it: ./pizzeria release {version} staging");
        return 0;
    }

    private static ArtifactBuild BuildOf(Checkout checkout) =>
        new(new Builds(checkout.Root, checkout.State), ReleaseStore.Of(checkout.Root), checkout.State);
}
