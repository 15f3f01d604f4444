using System.Text.Json;
using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>What is deployed is what the lock files say, and no test package is among it.</summary>
internal sealed class Dependencies(Subject subject, AspireManifest manifest) : IFactor
{
    private static readonly string[] TestPackages = ["xunit", "shouldly", "fscheck", "microsoft.net.test.sdk", "microsoft.playwright"];

    public string Number => "II";

    public string Name => "Dependencies";

    public async Task<string> ShowAsync(CancellationToken cancellation)
    {
        var packages = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var project in manifest.Projects)
        {
            var launch = await subject.OneOffAsync(project.Name, cancellation);
            var locked = await LockedAsync(
                Path.Combine(subject.Checkout.Root, Path.GetDirectoryName(project.Path)!, "packages.lock.json"),
                cancellation
            );
            using var deps = JsonDocument.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(launch.Dll, ".deps.json"), cancellation));
            foreach (var library in deps.RootElement.GetProperty("libraries").EnumerateObject())
            {
                if (library.Value.GetProperty("type").GetString() != "package")
                {
                    continue;
                }

                var (name, version) = library.Name.Split('/') is [var n, var v] ? (n, v) : (library.Name, "");
                VerificationException.Unless(
                    locked.Count == 0 || (locked.TryGetValue(name, out var expected) && expected == version),
                    $"{project.Name} runs {library.Name}, which is not what its lock file says"
                );
                VerificationException.Unless(
                    !TestPackages.Any(test => name.StartsWith(test, StringComparison.OrdinalIgnoreCase)),
                    $"{project.Name} carries the test package {name}"
                );
                packages.Add(library.Name);
            }
        }

        return $"{packages.Count} packages run, each in the version that packages.lock.json names; no test package among them";
    }

    private static async Task<Dictionary<string, string>> LockedAsync(string file, CancellationToken cancellation)
    {
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(file, cancellation));
        return json
            .RootElement.GetProperty("dependencies")
            .EnumerateObject()
            .SelectMany(target => target.Value.EnumerateObject())
            .Where(package => package.Value.TryGetProperty("resolved", out _))
            .GroupBy(package => package.Name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(
                group => group.Key,
                group => group.First().Value.GetProperty("resolved").GetString()!,
                StringComparer.OrdinalIgnoreCase
            );
    }
}
