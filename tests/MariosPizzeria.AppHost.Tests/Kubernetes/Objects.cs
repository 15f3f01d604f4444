using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace MariosPizzeria.AppHost.Tests.Kubernetes;

/// <summary>One Kubernetes object of the committed files.</summary>
/// <param name="File">The file that contains it, for failure messages.</param>
/// <param name="Root">The root node of its YAML.</param>
internal sealed record KubernetesObject(string File, YamlNode Root)
{
    /// <summary>Returns every object below a folder of <c>deploy/kubernetes</c>.</summary>
    public static IReadOnlyList<KubernetesObject> In(string folder) =>
        [
            .. from file in Directory.EnumerateFiles(Repository.In("deploy", "kubernetes", folder), "*.yaml", SearchOption.AllDirectories)
            orderby file
            from document in Documents(file)
            select new KubernetesObject(Path.GetRelativePath(Repository.Root, file), document),
        ];

    public string Kind => Text("kind")!;

    public string Name => Text("metadata", "name")!;

    /// <summary>The containers of a workload's pods; init containers first.</summary>
    public IReadOnlyList<YamlNode> Containers =>
        [.. List(Root, "spec", "template", "spec", "initContainers"), .. List(Root, "spec", "template", "spec", "containers")];

    /// <summary>Returns the value at a path; null if there is none.</summary>
    public string? Text(params string[] path) => Text(Root, path);

    public static string? Text(YamlNode node, params string[] path) => (At(node, path) as YamlScalarNode)?.Value;

    public static int Number(YamlNode node, params string[] path) => int.Parse(Text(node, path)!, CultureInfo.InvariantCulture);

    public static IReadOnlyList<YamlNode> List(YamlNode node, params string[] path) =>
        At(node, path) is YamlSequenceNode list ? [.. list.Children] : [];

    public static YamlNode? At(YamlNode node, params string[] path)
    {
        YamlNode? at = node;
        foreach (var step in path)
        {
            at = at is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(step), out var next) ? next : null;
        }

        return at;
    }

    /// <summary>Returns a container's own variables: the name and, if the file has it, the value.</summary>
    public static IReadOnlyDictionary<string, string?> Variables(YamlNode container) =>
        List(container, "env")
            .ToDictionary(variable => Text(variable, "name")!, variable => Text(variable, "value"), StringComparer.Ordinal);

    private static IEnumerable<YamlNode> Documents(string file)
    {
        var stream = new YamlStream();
        using var text = new StreamReader(file);
        stream.Load(text);
        return stream.Documents.Select(document => document.RootNode);
    }
}
