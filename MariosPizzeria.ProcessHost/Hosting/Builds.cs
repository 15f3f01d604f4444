using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Manifest;
using MariosPizzeria.ProcessHost.Releases;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>Builds the repository, and keeps the copies that processes run from.</summary>
/// <param name="root">The repository.</param>
/// <param name="state">Where the copies go.</param>
internal sealed class Builds(string root, StateFolder state)
{
    private static readonly string[] NoSources =
    [
        ".git",
        ".pizzeria",
        "artifacts",
        "bin",
        "obj",
        "releases",
        "docs",
        "deploy",
        "TestResults",
    ];

    /// <summary>Stands for every file of the repository that a test may look at: it changes when any of them does.</summary>
    public string Sources() => Fingerprint(withTests: true, withDocuments: true);

    private string ProcessesStamp => Path.Combine(root, "artifacts", "processes.stamp");
    private string SolutionStamp => Path.Combine(root, "artifacts", "solution.stamp");

    /// <summary>Builds what the manifest's projects need, unless no source is newer than the last such build.</summary>
    /// <exception cref="PizzeriaException">The build failed; the message holds its errors.</exception>
    public async Task BuildProcessesAsync(AspireManifest manifest, Action<string> report, CancellationToken cancellation)
    {
        string[] projects = [.. manifest.Projects.Select(p => p.Path.Replace('\\', '/')).Distinct(StringComparer.Ordinal)];
        using var turn = await TakeTurnAsync(cancellation);
        var sources = Fingerprint(withTests: false) + string.Join(';', projects);
        // With the whole solution they were built too.
        var isBuilt = IsBuilt(ProcessesStamp, sources) || IsBuilt(SolutionStamp, Fingerprint(withTests: true));
        if (isBuilt && projects.All(p => File.Exists(AssemblyOf(p))))
        {
            return;
        }

        report("building");
        var filter = await WriteFilterAsync("processes", projects, cancellation);
        // Analyzers are two thirds of a first build, and nobody waits for them here. The compiler's targets remember that they were
        // left out: test's build compiles again, with them, and comes to the same bytes, so that nothing restarts because of it.
        await RunDotnetAsync("build", filter, cancellation, "-p:RunAnalyzers=false");
        await File.WriteAllTextAsync(ProcessesStamp, sources, cancellation);
    }

    /// <summary>Builds the whole solution, tests included, with every analyzer.</summary>
    /// <exception cref="PizzeriaException">The build failed; the message holds its errors.</exception>
    public async Task BuildSolutionAsync(CancellationToken cancellation)
    {
        using var turn = await TakeTurnAsync(cancellation);
        var sources = Fingerprint(withTests: true);
        if (IsBuilt(SolutionStamp, sources))
        {
            return;
        }

        await RunDotnetAsync("build", Path.Combine(root, "MariosPizzeria.sln"), cancellation);
        await File.WriteAllTextAsync(SolutionStamp, sources, cancellation);
    }

    /// <summary>Publishes every process and the process host, each assembly stamped with the version.</summary>
    /// <returns>A folder laid out as <see cref="Artifact"/> says; the caller deletes it.</returns>
    /// <exception cref="PizzeriaException">It failed; the message holds the errors.</exception>
    public async Task<string> PublishAsync(AspireManifest manifest, string version, CancellationToken cancellation)
    {
        const string Host = "MariosPizzeria.ProcessHost";
        using var turn = await TakeTurnAsync(cancellation);
        string[] projects =
        [
            .. manifest.Projects.Select(p => p.Path.Replace('\\', '/')).Distinct(StringComparer.Ordinal),
            $"{Host}/{Host}.csproj",
        ];
        var filter = await WriteFilterAsync("artifact", projects, cancellation);
        // Apart from everybody else's builds: what runs or is tested from those must not change because of a version's name.
        var output = Path.Combine(root, "artifacts", "published");
        var published = Path.Combine(output, "publish");
        if (Directory.Exists(published))
        {
            Directory.Delete(published, recursive: true);
        }

        await RunDotnetAsync(
            "publish",
            filter,
            cancellation,
            $"-p:ArtifactsPath={output}",
            $"-p:InformationalVersion={version}",
            // Where it was built is nobody's business, and would make two builds of one source differ.
            $"-p:PathMap={root}=/src",
            "-p:RunAnalyzers=false"
        );

        var layout = Directory.CreateTempSubdirectory("artifact-").FullName;
        foreach (var assembly in projects.Select(p => Path.GetFileNameWithoutExtension(p)))
        {
            var place = assembly == Host ? Artifact.HostFolder : Path.Combine(Artifact.ProcessesFolder, assembly);
            CopyAll(Path.Combine(published, assembly, "release"), Path.Combine(layout, place));
        }

        File.Copy(Path.Combine(root, AspireManifest.FileName), Path.Combine(layout, AspireManifest.FileName));
        return layout;
    }

    /// <summary>The folder a project's build lands in.</summary>
    public string OutputOf(string assembly) => Path.Combine(root, "artifacts", "bin", assembly, "release");

    /// <summary>
    /// A copy of an assembly's build that never changes: <c>builds/{hash of its content}/{assembly}</c>.
    /// </summary>
    /// <exception cref="PizzeriaException">It was not built.</exception>
    public string Freeze(string assembly) => Freeze(assembly, OutputOf(assembly));

    /// <inheritdoc cref="Freeze(string)"/>
    /// <param name="assembly">Its name.</param>
    /// <param name="output">Where its build is.</param>
    public string Freeze(string assembly, string output)
    {
        if (!File.Exists(Path.Combine(output, assembly + ".dll")))
        {
            throw new PizzeriaException($"{assembly} is not built: {output} has no {assembly}.dll.");
        }

        (string Path, string Hash)[] files =
        [
            .. Directory
                .EnumerateFiles(output, "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(output, f))
                .Order(StringComparer.Ordinal)
                .AsParallel()
                .AsOrdered()
                .Select(f => (f, HashOf(Path.Combine(output, f)))),
        ];
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', files.Select(f => f.Path + f.Hash)))))[
            ..16
        ];
        var copy = Path.Combine(state.Builds, id, assembly);
        if (Directory.Exists(copy))
        {
            return copy;
        }

        var draft = Path.Combine(state.Builds, $"{id}.new", assembly);
        foreach (var (file, _) in files)
        {
            var target = Path.Combine(draft, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(output, file), target, overwrite: true);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        Directory.Move(draft, copy);
        Directory.Delete(Path.GetDirectoryName(draft)!, recursive: true);
        return copy;
    }

    /// <summary>Deletes the copies that no process runs from any more.</summary>
    public void Prune(IEnumerable<string> inUse)
    {
        var used = inUse.Select(f => Path.GetFileName(Path.GetDirectoryName(f)!)).ToHashSet(StringComparer.Ordinal);
        // A host that runs a release builds nothing, and so has no copies.
        var builds = Directory.Exists(state.Builds) ? Directory.EnumerateDirectories(state.Builds) : [];
        foreach (var build in builds.Where(b => !used.Contains(Path.GetFileName(b))))
        {
            Directory.Delete(build, recursive: true);
        }
    }

    private static bool IsBuilt(string stamp, string sources) => File.Exists(stamp) && File.ReadAllText(stamp) == sources;

    private string AssemblyOf(string project)
    {
        var assembly = Path.GetFileNameWithoutExtension(project);
        return Path.Combine(OutputOf(assembly), assembly + ".dll");
    }

    /// <summary>A solution filter: the solution without tests and AppHost, which no process needs.</summary>
    private async Task<string> WriteFilterAsync(string name, string[] projects, CancellationToken cancellation)
    {
        var filter = Path.Combine(root, "artifacts", name + ".slnf");
        var solution = new { solution = new { path = "../MariosPizzeria.sln", projects = projects.Select(p => p.Replace('/', '\\')) } };
        await File.WriteAllTextAsync(filter, JsonSerializer.Serialize(solution), cancellation);
        return filter;
    }

    private static void CopyAll(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private async Task RunDotnetAsync(string verb, string target, CancellationToken cancellation, params string[] more)
    {
        using var compiler = new CompilerServer();
        string[] arguments =
        [
            verb,
            target,
            "-c",
            "Release",
            "-v",
            "quiet",
            "-tl:off",
            "-clp:NoSummary",
            "-nodeReuse:false",
            .. compiler.Arguments,
            .. more,
        ];
        var result = await Child.RunAsync(
            "dotnet",
            arguments,
            cancellation,
            workingDirectory: root,
            environment: new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
                ["DOTNET_NOLOGO"] = "1",
                // A third of a build with analyzers: the compiler ends before its profile pays, and takes no code from a stranger.
                ["DOTNET_TieredPGO"] = "0",
                ["DOTNET_EnableWriteXorExecute"] = "0",
            }
        );
        if (result.ExitCode != 0)
        {
            var errors = result
                .All.Split('\n')
                .Where(l => l.Contains("error", StringComparison.OrdinalIgnoreCase))
                .Distinct(StringComparer.Ordinal);
            throw new PizzeriaException($"The build failed:\n{(errors.Any() ? string.Join('\n', errors) : result.All)}");
        }
    }

    /// <summary>One build of a checkout at a time: an <c>up</c> and a <c>test</c> would write the same files.</summary>
    private async Task<FileStream> TakeTurnAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.Combine(root, "artifacts"));
        while (true)
        {
            try
            {
                return new FileStream(
                    Path.Combine(root, "artifacts", "build.lock"),
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None
                );
            }
            catch (IOException)
            {
                await Task.Delay(200, cancellation);
            }
        }
    }

    /// <summary>Changes when any source file is added, changed, moved or deleted.</summary>
    private string Fingerprint(bool withTests, bool withDocuments = false)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Collect(new DirectoryInfo(root));
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Collect(DirectoryInfo folder)
        {
            foreach (
                var file in folder
                    .EnumerateFiles()
                    .Where(f => withDocuments || f.Extension != ".md")
                    .OrderBy(f => f.Name, StringComparer.Ordinal)
            )
            {
                hash.AppendData(
                    Encoding.UTF8.GetBytes(
                        string.Create(CultureInfo.InvariantCulture, $"{file.FullName}|{file.Length}|{file.LastWriteTimeUtc.Ticks}\n")
                    )
                );
            }

            foreach (var below in folder.EnumerateDirectories().OrderBy(f => f.Name, StringComparer.Ordinal))
            {
                var isSource = !NoSources.Contains(below.Name) || (withDocuments && (below.Name is "docs" or "deploy"));
                if (isSource && (withTests || below.Name != "tests") && below.LinkTarget is null)
                {
                    Collect(below);
                }
            }
        }
    }

    private static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
