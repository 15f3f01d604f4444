using System.CommandLine;
using MariosPizzeria.ProcessHost.Releases;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary><c>./pizzeria run RELEASE</c></summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var release = new Argument<string>("release") { Description = "1.4.0-staging, for example; ./pizzeria releases lists them." };
        var detach = new Option<bool>("--detach", "-d") { Description = "Return once all is ready; the system goes on." };
        var port = UpCommand.PortOption();
        var command = new Command("run", "Runs exactly that release; on a running system, replaces it without a failed request.")
        {
            release,
            detach,
            port,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var checkout = Checkout.Find();
                var store = ReleaseStore.Of(checkout.Root);
                var found = store.Open(parsed.GetRequiredValue(release));
                return await RunAsync(
                    checkout,
                    found,
                    parsed.GetValue(detach),
                    parsed.GetValue(port),
                    () => store.MarkRun(found.Manifest),
                    cancellation
                );
            }
        );
        return command;
    }

    /// <summary>Runs a release that was opened.</summary>
    /// <param name="checkout">Where.</param>
    /// <param name="release">Which.</param>
    /// <param name="detach">Return once it is ready.</param>
    /// <param name="port">The public port; that of a running system stays.</param>
    /// <param name="onReady">Called once it serves.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<int> RunAsync(
        Checkout checkout,
        Release release,
        bool detach,
        int? port,
        Action onReady,
        CancellationToken cancellation
    )
    {
        var deployment = Deployment.Of(release, checkout.State);
        Console.WriteLine($"{release.Manifest.Name}: every byte is as released (SHA-256 {release.Manifest.ArtifactSha256})");
        var wish = new UpCommand.UpOptions(detach, [], port, Fresh: false, deployment.Configuration.Environment, NoBuild: true)
        {
            Deployment = deployment,
            OnReady = onReady,
        };
        return await UpCommand.ApplyAsync(checkout, wish, cancellation);
    }
}
