using System.Security.Cryptography;
using System.Text;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>Builds the repository, and keeps the copies that processes run from.</summary>
internal sealed class Builds(string root, StateFolder state)
{
    /// <summary>A fingerprint of every file of the repository that a test may read. It changes when any of these files changes.</summary>
    public string Sources() => Fingerprint(withTests: true, withDocuments: true);

    /// <summary>Whether all tests have passed on these sources, so that a build of them need not run them again.</summary>
    public bool AreTested(string sources) => IsStamped(state.PathOf("tested"), sources);

    public void NoteTested(string sources) => File.WriteAllText(state.PathOf("tested"), sources);

    private string ProcessesStamp => Path.Combine(root, "artifacts", "processes.stamp");
    private string SolutionStamp => Path.Combine(root, "artifacts", "solution.stamp");

    /// <summary>Builds the manifest's projects with their dependencies, unless no source has changed since the last such build.</summary>
    /// <exception cref="PizzeriaException">The build failed; the message holds its errors.</exception>
    public async Task BuildProcessesAsync(AspireManifest manifest, Action<string> report, CancellationToken cancellation)
    {
        string[] projects = [.. manifest.Projects.Select(p => p.Path).Distinct()];
        using var turn = await AcquireLockAsync(cancellation);
        var sources = Fingerprint(withTests: false) + string.Join(';', projects);
        // A build of the whole solution has built them too.
        var isBuilt = IsStamped(ProcessesStamp, sources) || IsStamped(SolutionStamp, Fingerprint(withTests: true));
        if (isBuilt && projects.All(p => File.Exists(AssemblyOf(p))))
        {
            return;
        }

        report("building");
        var filter = await WriteFilterAsync("processes", projects, cancellation);
        // Analyzers take two thirds of a first build, and the processes run without them. MSBuild's targets record that they were left
        // out: the build of test compiles again, with them. The assemblies have the same bytes, so no process restarts because of it.
        await RunDotnetAsync("build", filter, cancellation, "-p:RunAnalyzers=false");
        await File.WriteAllTextAsync(ProcessesStamp, sources, cancellation);
    }

    /// <summary>Builds the whole solution, tests included, with every analyzer.</summary>
    /// <exception cref="PizzeriaException">The build failed; the message holds its errors.</exception>
    public async Task BuildSolutionAsync(CancellationToken cancellation)
    {
        using var turn = await AcquireLockAsync(cancellation);
        var sources = Fingerprint(withTests: true);
        if (IsStamped(SolutionStamp, sources))
        {
            return;
        }

        await RunDotnetAsync("build", Path.Combine(root, "MariosPizzeria.sln"), cancellation);
        await File.WriteAllTextAsync(SolutionStamp, sources, cancellation);
    }

    /// <summary>Builds one project with its dependencies.</summary>
    /// <param name="project">Its path from the repository's root.</param>
    /// <exception cref="PizzeriaException">The build failed; the message holds its errors.</exception>
    public async Task BuildProjectAsync(string project, CancellationToken cancellation)
    {
        using var turn = await AcquireLockAsync(cancellation);
        await RunDotnetAsync("build", Path.Combine(root, project), cancellation, "-p:RunAnalyzers=false");
    }

    /// <summary>Publishes every process and the process host, each assembly stamped with the version.</summary>
    /// <returns>A folder with the layout that <see cref="Artifact"/> describes; the caller deletes it.</returns>
    /// <exception cref="PizzeriaException">The build failed; the message holds its errors.</exception>
    public async Task<string> PublishAsync(AspireManifest manifest, string version, CancellationToken cancellation)
    {
        const string Host = "MariosPizzeria.ProcessHost";
        using var turn = await AcquireLockAsync(cancellation);
        string[] projects = [.. manifest.Projects.Select(p => p.Path).Distinct(), $"{Host}/{Host}.csproj"];
        var filter = await WriteFilterAsync("artifact", projects, cancellation);
        // Separate from the other builds: processes and tests that run from those must not change because of a version's name.
        var output = Path.Combine(root, "artifacts", "published");
        var published = Path.Combine(output, "publish");
        Files.DeleteFolder(published);
        await RunDotnetAsync(
            "publish",
            filter,
            cancellation,
            $"-p:ArtifactsPath={output}",
            $"-p:InformationalVersion={version}",
            // Replaces the path of the checkout, which is private and would make two builds of the same source differ.
            $"-p:PathMap={root}=/src",
            "-p:RunAnalyzers=false"
        );

        var layout = Directory.CreateTempSubdirectory("artifact-").FullName;
        foreach (var assembly in projects.Select(p => Path.GetFileNameWithoutExtension(p)))
        {
            var place = assembly == Host ? Artifact.HostFolder : Path.Combine(Artifact.ProcessesFolder, assembly);
            Files.CopyFolder(Path.Combine(published, assembly, "release"), Path.Combine(layout, place));
        }

        File.Copy(Path.Combine(root, AspireManifest.FileName), Path.Combine(layout, AspireManifest.FileName));
        return layout;
    }

    public string OutputOf(string assembly) => Path.Combine(root, "artifacts", "bin", assembly, "release");

    /// <summary>Returns an immutable copy of an assembly's build: <c>builds/{hash of its content}/{assembly}</c>.</summary>
    /// <param name="output">The folder of the build; null for the output folder of this class's builds.</param>
    /// <exception cref="PizzeriaException">The assembly is not built.</exception>
    public string CopyOutputs(string assembly, string? output = null)
    {
        output ??= OutputOf(assembly);
        if (!File.Exists(Path.Combine(output, assembly + ".dll")))
        {
            throw new PizzeriaException($"{assembly} is not built: {output} has no {assembly}.dll.");
        }

        var files = Directory.EnumerateFiles(output, "*", SearchOption.AllDirectories).Order().AsParallel().AsOrdered();
        var content = string.Join('\n', files.Select(file => Path.GetRelativePath(output, file) + Files.HashOf(file)));
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..16];
        var copy = Path.Combine(state.Builds, id, assembly);
        if (Directory.Exists(copy))
        {
            return copy;
        }

        var draft = Path.Combine(state.Builds, $"{id}.new", assembly);
        Files.CopyFolder(output, draft, overwrite: true);
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        Directory.Move(draft, copy);
        Directory.Delete(Path.GetDirectoryName(draft)!, recursive: true);
        return copy;
    }

    /// <summary>Deletes the copies that no process runs from any more.</summary>
    public void Prune(IEnumerable<string> inUse)
    {
        var used = inUse.Select(f => Path.GetFileName(Path.GetDirectoryName(f)!)).ToHashSet();
        foreach (var build in Files.FoldersIn(state.Builds).Where(b => !used.Contains(Path.GetFileName(b))))
        {
            Directory.Delete(build, recursive: true);
        }
    }

    private static bool IsStamped(string stamp, string sources) => File.Exists(stamp) && File.ReadAllText(stamp) == sources;

    private string AssemblyOf(string project)
    {
        var assembly = Path.GetFileNameWithoutExtension(project);
        return Path.Combine(OutputOf(assembly), assembly + ".dll");
    }

    /// <summary>Writes a solution filter: the solution without tests and AppHost, which no process needs.</summary>
    private async Task<string> WriteFilterAsync(string name, string[] projects, CancellationToken cancellation)
    {
        var filter = Path.Combine(root, "artifacts", name + ".slnf");
        var solution = new { solution = new { path = "../MariosPizzeria.sln", projects = projects.Select(p => p.Replace('/', '\\')) } };
        await File.WriteAllTextAsync(filter, JsonSerializer.Serialize(solution), cancellation);
        return filter;
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
        var result = await ChildProcess.RunAsync(
            "dotnet",
            arguments,
            cancellation,
            workingDirectory: root,
            environment: new Dictionary<string, string?>
            {
                ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
                ["DOTNET_NOLOGO"] = "1",
                // The compiler ends before its profile is of use.
                ["DOTNET_TieredPGO"] = "0",
            }
        );
        if (result.ExitCode != 0)
        {
            var errors = result.All.Split('\n').Where(l => l.Contains("error", StringComparison.OrdinalIgnoreCase)).Distinct();
            throw new PizzeriaException($"The build failed:\n{(errors.Any() ? string.Join('\n', errors) : result.All)}");
        }
    }

    /// <summary>Waits for the build lock of the checkout, because an <c>up</c> and a <c>test</c> would write the same files.</summary>
    private async Task<FileStream> AcquireLockAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.Combine(root, "artifacts"));
        FileStream? turn;
        while ((turn = Files.TryLock(Path.Combine(root, "artifacts", "build.lock"))) is null)
        {
            await Task.Delay(200, cancellation);
        }

        return turn;
    }

    /// <summary>Returns a hash that changes when any source file is added, changed, moved or deleted.</summary>
    private string Fingerprint(bool withTests, bool withDocuments = false)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Collect(new DirectoryInfo(root));
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Collect(DirectoryInfo folder)
        {
            foreach (var file in folder.EnumerateFiles().Where(f => withDocuments || f.Extension != ".md").OrderBy(f => f.Name))
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{file.FullName}|{file.Length}|{file.LastWriteTimeUtc.Ticks}\n"));
            }

            foreach (var below in folder.EnumerateDirectories().OrderBy(f => f.Name))
            {
                var isSource = below.Name switch
                {
                    ".git" or ".pizzeria" or "artifacts" or "bin" or "obj" or "releases" or "TestResults" => false,
                    "docs" or "deploy" => withDocuments,
                    "tests" => withTests,
                    _ => true,
                };
                if (isSource && below.LinkTarget is null)
                {
                    Collect(below);
                }
            }
        }
    }
}
