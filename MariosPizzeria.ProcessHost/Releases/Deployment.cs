using MariosPizzeria.ProcessHost.Hosting;

namespace MariosPizzeria.ProcessHost.Releases;

/// <summary>What a host runs instead of the checkout's own build: a release, unpacked.</summary>
/// <param name="Release">The release's name.</param>
/// <param name="Version">Its artifact's version.</param>
/// <param name="Folder">Where its artifact is unpacked.</param>
/// <param name="Configuration">Its environment's.</param>
internal sealed record Deployment(string Release, string Version, string Folder, EnvironmentConfiguration Configuration)
{
    /// <summary>Where the process host is that came with the release.</summary>
    public string Host => Path.Combine(Folder, Artifact.HostFolder);

    /// <summary>Whether its processes were built with the adapter for MongoDB.</summary>
    public bool KnowsMongo =>
        Directory.EnumerateFiles(Path.Combine(Folder, Artifact.ProcessesFolder), "MongoDB.Driver.dll", SearchOption.AllDirectories).Any();

    /// <summary>Unpacks a release that was opened, and so checked, into a state folder.</summary>
    public static Deployment Of(Release release, StateFolder state)
    {
        Directory.CreateDirectory(state.Unpacked);
        // Named by content: two releases of one artifact run from the same files.
        var folder = Path.Combine(state.Unpacked, release.Manifest.ArtifactSha256[..16]);
        Artifact.Unpack(release.Archive, folder);
        return new(release.Manifest.Name, release.Manifest.Version, folder, release.Manifest.Configuration);
    }

    /// <summary>Deletes what was unpacked and is not run from any more.</summary>
    public static void Prune(StateFolder state, IEnumerable<string> inUse)
    {
        string[] used = [.. inUse.Select(folder => Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar)];
        foreach (var folder in Directory.Exists(state.Unpacked) ? Directory.EnumerateDirectories(state.Unpacked) : [])
        {
            // A name with a dot is one that is being unpacked just now.
            if (!Path.GetFileName(folder).Contains('.') && !used.Any(each => each.StartsWith(folder + '/', StringComparison.Ordinal)))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>The folder of an assembly's published output.</summary>
    public string FolderOf(string assembly) => Path.Combine(Folder, Artifact.ProcessesFolder, assembly);
}
