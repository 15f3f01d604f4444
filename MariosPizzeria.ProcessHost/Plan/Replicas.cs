using System.Text.Json.Nodes;

namespace MariosPizzeria.ProcessHost.Plan;

/// <summary>The number of replicas of each process type.</summary>
internal static class Replicas
{
    private const int MaxReplicas = 32;

    /// <summary>Reads the AppHost's settings <c>Replicas:{name}</c>; the default is 1.</summary>
    public static Dictionary<string, int> FromSettings(string root, AspireManifest manifest)
    {
        var file = Path.Combine(root, "MariosPizzeria.AppHost", "appsettings.json");
        var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        var settings = File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file), documentOptions: options)?["Replicas"] : null;
        return manifest.Projects.ToDictionary(p => p.Name, p => settings?[p.Name]?.GetValue<int>() ?? 1);
    }

    /// <summary>Reads <c>order=4,kitchen=2</c>.</summary>
    /// <exception cref="PizzeriaException">The text is not of that form.</exception>
    public static Dictionary<string, int> Parse(IEnumerable<string> scales)
    {
        var result = new Dictionary<string, int>();
        foreach (var part in scales.SelectMany(s => s.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            if (
                part.Split('=') is not [{ Length: > 0 } name, var number]
                || !int.TryParse(number, NumberStyles.None, null, out var count)
                || count > MaxReplicas
            )
            {
                throw new PizzeriaException($"--scale {part} is not valid; example: order=4,kitchen=2, each from 0 to {MaxReplicas}.");
            }

            result[name] = count;
        }

        return result;
    }
}
