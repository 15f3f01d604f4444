using System.CommandLine;
using MariosPizzeria.ProcessHost.Releases;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary><c>./pizzeria release VERSION ENVIRONMENT</c></summary>
internal static class ReleaseCommand
{
    public static Command Create()
    {
        var version = new Argument<string>("version") { Description = "A version that was built." };
        var environment = new Argument<string>("environment") { Description = "A folder under deploy/: staging, production …" };
        var command = new Command("release", "Joins a built version with an environment's configuration, for good.")
        {
            version,
            environment,
        };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(version), parsed.GetRequiredValue(environment)));
        return command;
    }

    private static int Run(string version, string environment)
    {
        var root = Checkout.Find().Root;
        var release = ReleaseStore.Of(root).Create(root, version, environment, TimeProvider.System.GetUtcNow());
        Console.WriteLine($"{release.Manifest.Name}: {release.Folder}");
        Console.WriteLine($"artifact {release.Manifest.Artifact}, SHA-256 {release.Manifest.ArtifactSha256}");
        Console.WriteLine($"To run it: ./pizzeria run {release.Manifest.Name}");
        return 0;
    }
}
