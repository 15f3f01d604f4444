using System.Text.Json;
using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Deploy;

/// <summary>
/// How many of each kind of process there are where files say it instead of a host: <c>deploy/scale.json</c>. A process type that the
/// file does not name is a web process.
/// </summary>
internal sealed class Scale(IReadOnlyDictionary<string, int> counts)
{
    /// <summary>The kind of every process that serves requests.</summary>
    public const string Web = "web";

    /// <summary>Where the file is.</summary>
    public static string FileIn(string root) => Path.Combine(root, "deploy", "scale.json");

    /// <summary>Reads the file.</summary>
    /// <exception cref="PizzeriaException">It is missing, or no object of numbers with one for web.</exception>
    public static Scale Read(string root)
    {
        try
        {
            var counts = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(FileIn(root)))!;
            return counts.ContainsKey(Web) && counts.Values.All(count => count is >= 1 and <= PlainPorts.PerType)
                ? new Scale(counts)
                : throw new PizzeriaException($"{FileIn(root)}: needs \"{Web}\", and each number must be from 1 to {PlainPorts.PerType}.");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new PizzeriaException($"{FileIn(root)} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>web, or the process type's own name where it is counted apart.</summary>
    public string KindOf(ProjectResource project) => counts.ContainsKey(project.Name) ? project.Name : Web;

    /// <summary>How many of it there are.</summary>
    public int Of(ProjectResource project) => counts[KindOf(project)];
}

/// <summary>The ports of processes that no host gives one to: ten for each type, the public one's first.</summary>
internal static class PlainPorts
{
    /// <summary>How many replicas of a type have a port.</summary>
    public const int PerType = 10;

    private const int First = 8000;

    /// <summary>The port of a type's first replica; the others' follow it.</summary>
    public static int Of(AspireManifest manifest, ProjectResource project) =>
        First + PerType * manifest.Projects.OrderByDescending(p => p.IsExternal).ToList().FindIndex(p => p.Name == project.Name);
}
