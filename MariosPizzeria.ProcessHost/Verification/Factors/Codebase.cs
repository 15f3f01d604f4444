using System.Diagnostics;
using MariosPizzeria.ProcessHost.Manifest;
using MariosPizzeria.ProcessHost.Releases;

namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>All process types run one build, and share a library as the very same file.</summary>
internal sealed class Codebase(Subject subject, AspireManifest manifest) : IFactor
{
    public string Number => "I";

    public string Name => "Codebase";

    public async Task<string> ShowAsync(CancellationToken cancellation)
    {
        var versions = new HashSet<string>(StringComparer.Ordinal);
        var libraries = new HashSet<string>(StringComparer.Ordinal);
        foreach (var project in manifest.Projects)
        {
            var launch = await subject.OneOffAsync(project.Name, cancellation);
            versions.Add(FileVersionInfo.GetVersionInfo(launch.Dll).ProductVersion ?? "");
            libraries.Add(Artifact.HashOf(Path.Combine(launch.Folder, "MariosPizzeria.ServiceDefaults.dll")));
        }

        VerificationException.Unless(versions.Count == 1, $"the processes are of {versions.Count} builds: {string.Join(", ", versions)}");
        VerificationException.Unless(libraries.Count == 1, $"the processes carry {libraries.Count} different copies of what they share");
        var environments = EnvironmentConfiguration.Names(subject.Checkout.Root);
        foreach (var environment in environments)
        {
            _ = EnvironmentConfiguration.Read(subject.Checkout.Root, environment, manifest);
        }

        return $"{manifest.Projects.Count()} process types of one build ({versions.Single()}) share the same library file (sha256 {libraries.Single()[..12]}); "
            + $"configuration without secrets for {string.Join(", ", environments)}";
    }
}
