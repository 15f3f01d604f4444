namespace MariosPizzeria.ProcessHost.Deploy;

/// <summary>
/// The number of processes of each kind in deployments without the host, from <c>deploy/scale.json</c>. A process type that the file
/// does not name is a web process.
/// </summary>
internal sealed class Scale(IReadOnlyDictionary<string, int> counts)
{
    /// <summary>The kind of every process that serves requests.</summary>
    public const string Web = "web";

    public static string FileIn(string root) => Path.Combine(root, "deploy", "scale.json");

    /// <summary>Reads the file of a repository.</summary>
    /// <exception cref="PizzeriaException">The file is missing, or is not an object of numbers with one for web.</exception>
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

    /// <summary>Returns web, or the name of the process type if it has its own number.</summary>
    public string KindOf(ProjectResource project) => counts.ContainsKey(project.Name) ? project.Name : Web;

    public int Of(ProjectResource project) => counts[KindOf(project)];
}

/// <summary>The ports of processes that run without the host: ten for each type, beginning with the public type.</summary>
internal static class PlainPorts
{
    /// <summary>The maximum number of replicas of a type that have a port.</summary>
    public const int PerType = 10;

    private const int First = 8000;

    /// <summary>Returns the port of a type's first replica; the ports of the other replicas follow it.</summary>
    public static int Of(AspireManifest manifest, ProjectResource project) =>
        First + PerType * manifest.Projects.OrderByDescending(p => p.IsExternal).ToList().FindIndex(p => p.Name == project.Name);
}
