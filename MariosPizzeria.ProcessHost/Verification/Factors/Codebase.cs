namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>All process types run one build, and share a library as an identical file.</summary>
internal sealed class Codebase(RunningSystem subject) : Factor("I", "Codebase")
{
    public override async Task<string> VerifyAsync()
    {
        var versions = new HashSet<string>();
        var libraries = new HashSet<string>();
        foreach (var project in subject.Manifest.Projects)
        {
            var launch = await subject.OneOffAsync(project.Name);
            versions.Add(FileVersionInfo.GetVersionInfo(launch.Dll).ProductVersion ?? "");
            libraries.Add(Files.HashOf(Path.Combine(launch.Folder, "MariosPizzeria.BuildingBlocks.dll")));
        }

        Unless(versions.Count == 1, $"the processes are from {versions.Count} builds: {string.Join(", ", versions)}");
        Unless(libraries.Count == 1, $"the processes have {libraries.Count} different copies of the shared library");
        var environments = EnvironmentConfiguration.Names(subject.Checkout.Root);
        foreach (var environment in environments)
        {
            _ = EnvironmentConfiguration.Read(subject.Checkout.Root, environment, subject.Manifest);
        }

        return $"{subject.Manifest.Projects.Count()} process types of one build ({versions.Single()}) share the same library file (sha256 {libraries.Single()[..12]}); "
            + $"configuration without secrets for {string.Join(", ", environments)}";
    }
}
