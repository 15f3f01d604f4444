namespace MariosPizzeria.ProcessHost.Commands;

internal static class ReleaseCommand
{
    public static Command Create()
    {
        var command = new Command(
            "release",
            "Combines a built version with an environment's configuration. A release never changes afterwards."
        );
        var version = command.Argument<string>("version", "A version that was built.");
        var environment = command.Argument<string>("environment", "A folder under deploy/: staging, production …");
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
