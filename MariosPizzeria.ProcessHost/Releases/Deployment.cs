namespace MariosPizzeria.ProcessHost.Releases;

/// <summary>An unpacked release, which a host runs instead of the checkout's own build.</summary>
/// <param name="Folder">The folder into which the artifact is unpacked.</param>
internal sealed record Deployment(string Release, string Version, string Folder, EnvironmentConfiguration Configuration)
{
    /// <summary>The folder of the process host that is part of the release.</summary>
    public string Host => Path.Combine(Folder, Artifact.HostFolder);

    /// <summary>Whether the release's processes were built with the adapter for MongoDB.</summary>
    public bool KnowsMongo =>
        Directory.EnumerateFiles(Path.Combine(Folder, Artifact.ProcessesFolder), "MongoDB.Driver.dll", SearchOption.AllDirectories).Any();

    /// <summary>Unpacks an opened, and therefore verified, release into a state folder.</summary>
    public static Deployment Of(Release release, StateFolder state)
    {
        Directory.CreateDirectory(state.Unpacked);
        // Named by the hash of the content: two releases of one artifact run from the same files.
        var folder = Path.Combine(state.Unpacked, release.Manifest.ArtifactSha256[..16]);
        Artifact.Unpack(release.Archive, folder);
        return new(release.Manifest.Name, release.Manifest.Version, folder, release.Manifest.Configuration);
    }

    /// <summary>Deletes the unpacked releases that are not in use.</summary>
    public static void Prune(StateFolder state, IEnumerable<string> inUse)
    {
        string[] used = [.. inUse.Select(folder => Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar)];
        foreach (var folder in Files.FoldersIn(state.Unpacked))
        {
            // A folder with a dot in its name is still being unpacked.
            if (!Path.GetFileName(folder).Contains('.') && !used.Any(each => each.StartsWith(folder + '/')))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    public string FolderOf(string assembly) => Path.Combine(Folder, Artifact.ProcessesFolder, assembly);
}
