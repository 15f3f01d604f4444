namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>The deployed packages have the versions in the lock files, and none is a test package.</summary>
internal sealed class Dependencies(RunningSystem subject) : Factor("II", "Dependencies")
{
    private static readonly string[] TestPackages = ["xunit", "shouldly", "fscheck", "microsoft.net.test.sdk", "microsoft.playwright"];

    public override async Task<string> VerifyAsync()
    {
        var packages = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var project in subject.Manifest.Projects)
        {
            var launch = await subject.OneOffAsync(project.Name);
            var folder = Path.Combine(subject.Checkout.Root, Path.GetDirectoryName(project.Path)!);
            packages.UnionWith(
                Check(
                    project.Name,
                    File.ReadAllText(Path.ChangeExtension(launch.Dll, ".deps.json")),
                    File.ReadAllText(Path.Combine(folder, "packages.lock.json"))
                )
            );
        }

        return $"{packages.Count} packages run, each in the version that packages.lock.json names; no test package among them";
    }

    /// <summary>Checks the packages of a process type.</summary>
    /// <param name="project">The name of the process type.</param>
    /// <param name="depsFile">The content of the <c>.deps.json</c> that is deployed with it.</param>
    /// <param name="lockFile">The content of its project's <c>packages.lock.json</c>.</param>
    /// <returns>The packages, each as name/version.</returns>
    /// <exception cref="VerificationException">A package is not locked in its version, or is a test package.</exception>
    internal static IReadOnlyList<string> Check(string project, string depsFile, string lockFile)
    {
        var locked = Locked(lockFile);
        var packages = JsonElement
            .Parse(depsFile)
            .GetProperty("libraries")
            .EnumerateObject()
            .Where(IsPackage)
            .Select(library => library.Name)
            .ToList();
        foreach (var package in packages)
        {
            var (name, version) = package.Split('/') is [var n, var v] ? (n, v) : (package, "");
            Unless(
                locked.TryGetValue(name, out var expected) && expected == version,
                $"{project} runs {package}, which is not what its lock file says"
            );
            Unless(
                !TestPackages.Any(test => name.StartsWith(test, StringComparison.OrdinalIgnoreCase)),
                $"{project} contains the test package {name}"
            );
        }

        return packages;
    }

    private static bool IsPackage(JsonProperty library) => library.Value.GetProperty("type").GetString() == "package";

    /// <summary>Returns the versions that a lock file resolves; the first one if targets differ.</summary>
    private static Dictionary<string, string> Locked(string lockFile) =>
        JsonElement
            .Parse(lockFile)
            .GetProperty("dependencies")
            .EnumerateObject()
            .SelectMany(target => target.Value.EnumerateObject())
            .Where(package => package.Value.TryGetProperty("resolved", out _))
            .DistinctBy(package => package.Name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(
                package => package.Name,
                package => package.Value.GetProperty("resolved").GetString()!,
                StringComparer.OrdinalIgnoreCase
            );
}
