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
            var locked = Locked(Path.Combine(folder, "packages.lock.json"));
            var deps = JsonElement.Parse(File.ReadAllText(Path.ChangeExtension(launch.Dll, ".deps.json")));
            foreach (var library in deps.GetProperty("libraries").EnumerateObject().Where(IsPackage))
            {
                var (name, version) = library.Name.Split('/') is [var n, var v] ? (n, v) : (library.Name, "");
                Unless(
                    locked.Count == 0 || (locked.TryGetValue(name, out var expected) && expected == version),
                    $"{project.Name} runs {library.Name}, which is not what its lock file says"
                );
                Unless(
                    !TestPackages.Any(test => name.StartsWith(test, StringComparison.OrdinalIgnoreCase)),
                    $"{project.Name} contains the test package {name}"
                );
                packages.Add(library.Name);
            }
        }

        return $"{packages.Count} packages run, each in the version that packages.lock.json names; no test package among them";
    }

    private static bool IsPackage(JsonProperty library) => library.Value.GetProperty("type").GetString() == "package";

    /// <summary>Returns the versions that a lock file resolves; the first one if targets differ.</summary>
    private static Dictionary<string, string> Locked(string file) =>
        JsonElement
            .Parse(File.ReadAllText(file))
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
