namespace MariosPizzeria.ProcessHost.Commands;

internal static class BuildCommand
{
    public static Command Create()
    {
        var command = new Command("build", "Runs all tests, and creates one artifact with all processes.");
        var version = command.Argument<string>("version", "The artifact's version, for example 1.4.0; a version is built only once.");
        command.SetAction((parsed, _) => CommandProcesses.RunAsync(signalled => RunAsync(parsed.GetRequiredValue(version), signalled)));
        return command;
    }

    private static async Task<int> RunAsync(string version, CancellationToken signalled)
    {
        var checkout = Checkout.Find();
        var clock = Stopwatch.StartNew();
        var archive = await new ArtifactBuild(new Builds(checkout.Root, checkout.State), ReleaseStore.Of(checkout.Root)).RunAsync(
            version,
            async () =>
            {
                var outcome = await TestCommand.RunAllAsync(checkout, filter: null, signalled);
                Console.WriteLine(outcome);
                // A run without a passed test proves nothing and counts as failed.
                return outcome.Passed == 0 ? Math.Max(1, outcome.Failed) : outcome.Failed;
            },
            AspireManifest.Read(checkout.ManifestPath),
            Console.WriteLine,
            CancellationToken.None
        );
        var size = new FileInfo(archive).Length / (double)(1 << 20);
        Console.WriteLine($"Version {version} is built ({clock.Elapsed.TotalSeconds:0} s, {size:0.0} MiB): {archive}");
        Console.WriteLine($"SHA-256 {Files.HashOf(archive)}");
        Console.WriteLine($"To release it: ./pizzeria release {version} staging");
        return 0;
    }
}
