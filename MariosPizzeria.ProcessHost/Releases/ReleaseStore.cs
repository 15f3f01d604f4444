using System.Text.Json;
using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Releases;

/// <summary>A release as it is found.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Manifest">What it is.</param>
internal sealed record Release(string Folder, ReleaseManifest Manifest)
{
    /// <summary>The artifact's archive.</summary>
    public string Archive => Path.Combine(Folder, Manifest.Artifact);
}

/// <summary>
/// <c>releases/</c>: artifacts under <c>artifacts/</c>, each release in a folder of its own, and which of them runs in each environment.
/// Nothing in it is ever written twice; SHA-256 sums, in the form of <c>sha256sum</c>, tell when somebody else did.
/// </summary>
internal sealed partial class ReleaseStore(string folder)
{
    private const string ManifestName = "manifest.json";
    private const string SumsName = "SHA256SUMS";
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    private string Artifacts => Path.Combine(folder, "artifacts");

    private string CurrentFile => Path.Combine(folder, "current.json");

    /// <summary>The store of a checkout: <c>releases/</c> in its root, or where <c>PIZZERIA_RELEASES</c> says.</summary>
    public static ReleaseStore Of(string root) =>
        new(Environment.GetEnvironmentVariable("PIZZERIA_RELEASES") is { Length: > 0 } own ? own : Path.Combine(root, "releases"));

    /// <summary>A version names files: letters, digits, dots and dashes.</summary>
    /// <exception cref="PizzeriaException">It is none.</exception>
    public static void CheckVersion(string version)
    {
        if (!Version().IsMatch(version))
        {
            throw new PizzeriaException($"\"{version}\" is no version: up to 64 letters, digits, dots, dashes and plus signs (1.4.0).");
        }
    }

    /// <summary>Whether an artifact of that version is there already.</summary>
    /// <exception cref="PizzeriaException">It is: a version is built once.</exception>
    public void CheckNotBuilt(string version)
    {
        CheckVersion(version);
        if (File.Exists(ArchiveOf(version)))
        {
            throw new PizzeriaException(
                $"Version {version} is built already ({ArchiveOf(version)}), and never built again: choose another."
            );
        }
    }

    /// <summary>Takes what was published into the store.</summary>
    /// <param name="version">Its version.</param>
    /// <param name="published">A folder laid out as <see cref="Artifact"/> says.</param>
    /// <returns>The archive.</returns>
    public string AddArtifact(string version, string published)
    {
        CheckNotBuilt(version);
        Directory.CreateDirectory(Artifacts);
        var draft = Path.Combine(Artifacts, $".{Guid.NewGuid():N}.tar.gz");
        Artifact.Pack(published, draft);
        File.SetUnixFileMode(draft, ReadOnly);
        var archive = ArchiveOf(version);
        var hash = Artifact.HashOf(draft);
        File.Move(draft, archive, overwrite: false);
        WriteReadOnly(archive + ".sha256", $"{hash}  {Path.GetFileName(archive)}\n");
        return archive;
    }

    /// <summary>Joins an artifact with an environment's configuration.</summary>
    /// <exception cref="PizzeriaException">The release exists, the artifact does not or is altered, or the configuration is wrong.</exception>
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

        var hash = Artifact.HashOf(archive);
        if (!File.Exists(archive + ".sha256") || File.ReadAllText(archive + ".sha256") != $"{hash}  {Path.GetFileName(archive)}\n")
        {
            throw new PizzeriaException($"{archive} is not what was built: its SHA-256 is not that of {archive}.sha256.");
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
        var sums = $"{hash}  {manifest.Artifact}\n{Artifact.HashOf(Path.Combine(draft, ManifestName))}  {ManifestName}\n";
        WriteReadOnly(Path.Combine(draft, SumsName), sums);
        try
        {
            Directory.Move(draft, target);
        }
        catch (IOException e) when (Directory.Exists(target))
        {
            Directory.Delete(draft, recursive: true);
            throw new PizzeriaException($"The release {manifest.Name} was made by somebody else meanwhile.", e);
        }

        return new Release(target, manifest);
    }

    /// <summary>Finds a release and checks that it is, byte by byte, what was released.</summary>
    /// <exception cref="PizzeriaException">There is none of that name, or a part of it is missing or altered.</exception>
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
            throw new PizzeriaException($"The release {name} is not what was released, and is not run: {fault}.");
        }

        var manifest = Read(place)!;
        return manifest.Name == name
            ? new Release(place, manifest)
            : throw new PizzeriaException($"The release in {place} is not {name} but {manifest.Name}, and is not run.");
    }

    /// <summary>Every release that can be read, oldest first.</summary>
    public IReadOnlyList<Release> All() =>
        Directory.Exists(folder)
            ?
            [
                .. Directory
                    .EnumerateDirectories(folder)
                    .Where(place => !Path.GetFileName(place).StartsWith('.') && File.Exists(Path.Combine(place, ManifestName)))
                    .Select(place => (place, manifest: Read(place)))
                    .Where(found => found.manifest is not null)
                    .Select(found => new Release(found.place, found.manifest!))
                    .OrderBy(release => release.Manifest.CreatedAt)
                    .ThenBy(release => release.Manifest.Name, StringComparer.Ordinal),
            ]
            : [];

    /// <summary>What is wrong with a release's folder; null where nothing is.</summary>
    public static string? Fault(string place)
    {
        var sumsFile = Path.Combine(place, SumsName);
        if (!File.Exists(sumsFile))
        {
            return $"{SumsName} is missing";
        }

        var known = new HashSet<string>(StringComparer.Ordinal) { SumsName };
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

            if (Artifact.HashOf(part) != hash)
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
            return $"{stranger} is none of its parts";
        }

        return
            Read(place) is { } manifest
            && known.Contains(manifest.Artifact)
            && Artifact.HashOf(Path.Combine(place, manifest.Artifact)) == manifest.ArtifactSha256
            ? null
            : $"{ManifestName} does not speak of this artifact";
    }

    /// <summary>The release that an environment runs, or ran last; null before its first.</summary>
    public string? Current(string environment) => History().GetValueOrDefault(environment)?.LastOrDefault();

    /// <summary>Notes that a release is run from now on.</summary>
    public void MarkRun(ReleaseManifest manifest)
    {
        var history = History();
        var runs = history.TryGetValue(manifest.Environment, out var known) ? known : history[manifest.Environment] = [];
        if (runs.LastOrDefault() != manifest.Name)
        {
            runs.Add(manifest.Name);
            StateFolder.Write(CurrentFile, history);
        }
    }

    /// <summary>The release that ran before the current one, or, where none did, was made before it.</summary>
    /// <exception cref="PizzeriaException">There is no earlier one, or it is not what was released.</exception>
    public Release Previous(string environment)
    {
        var runs = History().GetValueOrDefault(environment) ?? [];
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

    /// <summary>Notes that an environment went back: what it ran last is forgotten, so that going back again goes further back.</summary>
    public void MarkRolledBack(ReleaseManifest manifest)
    {
        var history = History();
        var runs = history.TryGetValue(manifest.Environment, out var known) ? known : [];
        var place = runs.Count > 1 ? runs.Count - 2 : -1;
        history[manifest.Environment] = place >= 0 && runs[place] == manifest.Name ? runs[..(place + 1)] : [manifest.Name];
        StateFolder.Write(CurrentFile, history);
    }

    private Dictionary<string, List<string>> History() =>
        StateFolder.Read<Dictionary<string, List<string>>>(CurrentFile) ?? new Dictionary<string, List<string>>(StringComparer.Ordinal);

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

    private static void WriteReadOnly(string file, string text)
    {
        // Not overwritten: two that make the same thing at once must not both believe that they did.
        using (var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write))
        using (var writer = new StreamWriter(stream))
        {
            writer.Write(text);
        }

        File.SetUnixFileMode(file, ReadOnly);
    }

    [GeneratedRegex("^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Version();
}
