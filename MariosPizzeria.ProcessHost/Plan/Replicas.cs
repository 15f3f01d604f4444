using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Plan;

/// <summary>How many replicas of each process type there are to be.</summary>
internal static class Replicas
{
    private const int Most = 32;

    /// <summary>What the AppHost's settings say: <c>Replicas:{name}</c>, 1 where they say nothing.</summary>
    public static Dictionary<string, int> FromSettings(string root, AspireManifest manifest)
    {
        var file = Path.Combine(root, "MariosPizzeria.AppHost", "appsettings.json");
        var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        var settings = File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file), documentOptions: options)?["Replicas"] : null;
        return manifest.Projects.ToDictionary(p => p.Name, p => settings?[p.Name]?.GetValue<int>() ?? 1, StringComparer.Ordinal);
    }

    /// <summary>Reads <c>order=4,kitchen=2</c>.</summary>
    /// <exception cref="PizzeriaException">It is not of that form.</exception>
    public static Dictionary<string, int> Parse(IEnumerable<string> scales)
    {
        var result = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var part in scales.SelectMany(s => s.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            if (
                part.Split('=') is not [{ Length: > 0 } name, var number]
                || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                || count > Most
            )
            {
                throw new PizzeriaException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"--scale {part} is not understood: order=4,kitchen=2, each from 0 to {Most}."
                    )
                );
            }

            result[name] = count;
        }

        return result;
    }
}
