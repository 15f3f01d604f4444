namespace MariosPizzeria.ProcessHost.Commands;

internal static class RunCommand
{
    public static Command Create()
    {
        var command = new Command("run", "Runs exactly that release; on a running system, replaces it without a failed request.");
        var release = command.Argument<string>("release", "For example 1.4.0-staging; ./pizzeria releases lists them.");
        var detach = command.DetachOption();
        var port = command.PortOption();
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var checkout = Checkout.Find();
                var store = ReleaseStore.Of(checkout.Root);
                var found = store.Open(parsed.GetRequiredValue(release));
                var options = new UpOptions(parsed.GetValue(detach), [], parsed.GetValue(port))
                {
                    OnReady = () => store.MarkRun(found.Manifest),
                };
                return await RunAsync(checkout, found, options, cancellation);
            }
        );
        return command;
    }

    /// <summary>Runs an opened release; a running system keeps its port.</summary>
    public static async Task<int> RunAsync(Checkout checkout, Release release, UpOptions options, CancellationToken cancellation)
    {
        var deployment = Deployment.Of(release, checkout.State);
        Console.WriteLine($"{release.Manifest.Name}: unaltered since the release (SHA-256 {release.Manifest.ArtifactSha256})");
        options = options with { Deployment = deployment, Environment = deployment.Configuration.Environment, NoBuild = true };
        return await UpCommand.ApplyAsync(checkout, options, cancellation);
    }
}
