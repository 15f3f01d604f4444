using System.Text.RegularExpressions;

namespace MariosPizzeria.ProcessHost.Releases;

internal sealed record Release(string Folder, ReleaseManifest Manifest)
{
    public string Archive => Path.Combine(Folder, Manifest.Artifact);
}

/// <summary>
/// <c>releases/</c>: artifacts under <c>artifacts/</c>, each release in its own folder, and a record of the releases that ran in each
/// environment. Artifacts and releases are never overwritten; SHA-256 sums, in the format of <c>sha256sum</c>, reveal any change.
/// </summary>
internal sealed partial class ReleaseStore(string folder)
{
    private const string ManifestName = "manifest.json";
    private const string SumsName = "SHA256SUMS";
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private string Artifacts => Path.Combine(folder, "artifacts");

    private string CurrentFile => Path.Combine(folder, "current.json");

    /// <summary>Returns the store of a checkout: <c>releases/</c> in its root, or the folder in <c>PIZZERIA_RELEASES</c>.</summary>
    public static ReleaseStore Of(string root) =>
        new(Environment.GetEnvironmentVariable("PIZZERIA_RELEASES") is { Length: > 0 } own ? own : Path.Combine(root, "releases"));

    /// <summary>Checks a version, which is part of file names: up to 64 letters, digits, dots, dashes and plus signs.</summary>
    /// <exception cref="PizzeriaException">The version is not valid.</exception>
    public static void CheckVersion(string version)
    {
        if (!Version().IsMatch(version))
        {
            throw new PizzeriaException($"\"{version}\" is not a version: up to 64 letters, digits, dots, dashes and plus signs (1.4.0).");
        }
    }

    /// <summary>Checks that there is no artifact of a version.</summary>
    /// <exception cref="PizzeriaException">The artifact exists: a version is built only once.</exception>
    public void CheckNotBuilt(string version)
    {
        CheckVersion(version);
        if (File.Exists(ArchiveOf(version)))
        {
            throw new PizzeriaException(
                $"Version {version} is built already ({ArchiveOf(version)}) and cannot be built again: choose another."
            );
        }
    }

    /// <summary>Adds the published output to the store.</summary>
    /// <param name="published">A folder with the layout of <see cref="Artifact"/>.</param>
    /// <returns>The path of the archive.</returns>
    public string AddArtifact(string version, string published)
    {
        CheckNotBuilt(version);
        Directory.CreateDirectory(Artifacts);
        var draft = Path.Combine(Artifacts, $".{Guid.NewGuid():N}.tar.gz");
        Artifact.Pack(published, draft);
        File.SetUnixFileMode(draft, ReadOnly);
        var archive = ArchiveOf(version);
        var hash = Files.HashOf(draft);
        File.Move(draft, archive, overwrite: false);
        WriteReadOnly(archive + ".sha256", $"{hash}  {Path.GetFileName(archive)}\n");
        return archive;
    }

    /// <summary>Joins an artifact with an environment's configuration.</summary>
    /// <exception cref="PizzeriaException">The release exists, the artifact is missing or altered, or the configuration wrong.</exception>
    public Release Create(string root, string version, string environment, DateTimeOffset now)
    {
        CheckVersion(version);
        environment = environment.ToLowerInvariant();
        var target = Path.Combine(folder, $"{version}-{environment}");
        if (Directory.Exists(target))
        {
            throw new PizzeriaException($"The release {version}-{environment} exists, and is never overwritten: build another version.");
        }

        var archive = ArchiveOf(version);
        if (!File.Exists(archive))
        {
            throw new PizzeriaException($"Version {version} is not built. To build it: ./pizzeria build {version}");
        }

        var hash = Files.HashOf(archive);
        if (!File.Exists(archive + ".sha256") || File.ReadAllText(archive + ".sha256") != $"{hash}  {Path.GetFileName(archive)}\n")
        {
            throw new PizzeriaException($"{archive} was altered after the build: its SHA-256 differs from {archive}.sha256.");
        }

        var manifest = new ReleaseManifest
        {
            Version = version,
            Environment = environment,
            Artifact = Path.GetFileName(archive),
            ArtifactSha256 = hash,
            Configuration = EnvironmentConfiguration.Read(
                root,
                environment,
                AspireManifest.Read(Path.Combine(root, AspireManifest.FileName))
            ),
            CreatedAt = now.ToUniversalTime(),
        };

        var draft = Path.Combine(folder, $".{Guid.NewGuid():N}");
        Directory.CreateDirectory(draft);
        File.Copy(archive, Path.Combine(draft, manifest.Artifact));
        WriteReadOnly(Path.Combine(draft, ManifestName), JsonSerializer.Serialize(manifest, Json) + "\n");
        var sums = $"{hash}  {manifest.Artifact}\n{Files.HashOf(Path.Combine(draft, ManifestName))}  {ManifestName}\n";
        WriteReadOnly(Path.Combine(draft, SumsName), sums);
        try
        {
            Directory.Move(draft, target);
        }
        catch (IOException e) when (Directory.Exists(target))
        {
            Directory.Delete(draft, recursive: true);
            throw new PizzeriaException($"The release {manifest.Name} was created by another process in the meantime.", e);
        }

        return new Release(target, manifest);
    }

    /// <summary>Finds a release and verifies, byte by byte, that it is unchanged.</summary>
    /// <exception cref="PizzeriaException">There is no release of that name, or a part of it is missing or altered.</exception>
    public Release Open(string name)
    {
        var place = Path.Combine(folder, name);
        if (name.Length == 0 || name.AsSpan().ContainsAny('/', '\\') || !Directory.Exists(place))
        {
            var known = All().Select(release => release.Manifest.Name).ToList();
            throw new PizzeriaException(
                $"There is no release \"{name}\". {(known.Count == 0 ? "There is none yet: ./pizzeria build VERSION, then ./pizzeria release VERSION ENVIRONMENT" : $"There are: {string.Join(", ", known)}")}."
            );
        }

        if (Fault(place) is { } fault)
        {
            throw new PizzeriaException($"The release {name} was altered and is not run: {fault}.");
        }

        var manifest = Read(place)!;
        return manifest.Name == name
            ? new Release(place, manifest)
            : throw new PizzeriaException($"The release in {place} is {manifest.Name}, not {name}, and is not run.");
    }

    /// <summary>Returns every release that can be read, oldest first.</summary>
    public IReadOnlyList<Release> All() =>
        [
            .. from place in Files.FoldersIn(folder)
            where !Path.GetFileName(place).StartsWith('.')
            let manifest = Read(place)
            where manifest is not null
            orderby manifest.CreatedAt, manifest.Name
            select new Release(place, manifest),
        ];

    /// <summary>Returns the fault of a release's folder; null if there is none.</summary>
    public static string? Fault(string place)
    {
        var sumsFile = Path.Combine(place, SumsName);
        if (!File.Exists(sumsFile))
        {
            return $"{SumsName} is missing";
        }

        var known = new HashSet<string> { SumsName };
        foreach (var line in File.ReadAllLines(sumsFile))
        {
            if (line.Split("  ") is not [{ Length: 64 } hash, { Length: > 0 } name])
            {
                return $"{SumsName} is altered";
            }

            known.Add(name);
            var part = Path.Combine(place, name);
            if (!File.Exists(part))
            {
                return $"{name} is missing";
            }

            if (Files.HashOf(part) != hash)
            {
                return $"{name} is altered";
            }
        }

        if (!known.Contains(ManifestName))
        {
            return $"{SumsName} is altered";
        }

        var stranger = Directory.EnumerateFileSystemEntries(place).Select(Path.GetFileName).FirstOrDefault(each => !known.Contains(each!));
        if (stranger is not null)
        {
            return $"{stranger} is not one of its files";
        }

        return
            Read(place) is { } manifest
            && known.Contains(manifest.Artifact)
            && Files.HashOf(Path.Combine(place, manifest.Artifact)) == manifest.ArtifactSha256
            ? null
            : $"{ManifestName} does not match this artifact";
    }

    /// <summary>Returns the release that an environment runs, or ran last; null if it never ran one.</summary>
    public string? Current(string environment) => RunsOf(environment).LastOrDefault();

    public void MarkRun(ReleaseManifest manifest)
    {
        if (Current(manifest.Environment) != manifest.Name)
        {
            WriteHistory(manifest.Environment, [.. RunsOf(manifest.Environment), manifest.Name]);
        }
    }

    /// <summary>Returns the release that ran before the current one or, if none did, the release that was created before it.</summary>
    /// <exception cref="PizzeriaException">There is no earlier release, or it is altered.</exception>
    public Release Previous(string environment)
    {
        var runs = RunsOf(environment);
        List<string> made =
        [
            .. All().Where(release => release.Manifest.Environment == environment).Select(release => release.Manifest.Name),
        ];
        var current = runs.LastOrDefault() ?? made.LastOrDefault();
        var before = runs.Count > 1 ? runs[^2] : made.TakeWhile(name => name != current).LastOrDefault();
        return before is null
            ? throw new PizzeriaException(
                current is null
                    ? $"There is no release of {environment}."
                    : $"There is no release of {environment} before {current}: nothing to go back to."
            )
            : Open(before);
    }

    /// <summary>Records a rollback: the last run is removed from the history, so that another rollback goes further back.</summary>
    public void MarkRolledBack(ReleaseManifest manifest)
    {
        var runs = RunsOf(manifest.Environment);
        WriteHistory(manifest.Environment, runs.Count > 1 && runs[^2] == manifest.Name ? runs[..^1] : [manifest.Name]);
    }

    private Dictionary<string, List<string>> History() => StateFolder.Read<Dictionary<string, List<string>>>(CurrentFile) ?? [];

    private List<string> RunsOf(string environment) => History().GetValueOrDefault(environment) ?? [];

    private void WriteHistory(string environment, List<string> runs) =>
        StateFolder.Write(CurrentFile, new Dictionary<string, List<string>>(History()) { [environment] = runs });

    private string ArchiveOf(string version) => Path.Combine(Artifacts, Artifact.FileName(version));

    private static ReleaseManifest? Read(string place)
    {
        try
        {
            return JsonSerializer.Deserialize<ReleaseManifest>(File.ReadAllText(Path.Combine(place, ManifestName)), Json);
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null;
        }
    }

    // Does not overwrite: if two processes create the same file at once, only one of them may succeed.
    private static void WriteReadOnly(string file, string text) => Files.WriteNew(file, text, ReadOnly);

    [GeneratedRegex("^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Version();
}
