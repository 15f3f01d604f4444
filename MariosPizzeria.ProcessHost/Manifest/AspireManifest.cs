using System.Text.Json;
using System.Text.Json.Nodes;

namespace MariosPizzeria.ProcessHost.Manifest;

/// <summary>What Aspire's publisher wrote of the AppHost: every resource, and what refers to what.</summary>
/// <param name="Resources">By name, in the manifest's order.</param>
public sealed record AspireManifest(IReadOnlyDictionary<string, Resource> Resources)
{
    /// <summary>The file's name in the repository root.</summary>
    public const string FileName = "aspire-manifest.json";

    public IEnumerable<ProjectResource> Projects => Resources.Values.OfType<ProjectResource>();

    public IEnumerable<ContainerResource> Containers => Resources.Values.OfType<ContainerResource>();

    /// <summary>Reads a manifest file.</summary>
    /// <exception cref="PizzeriaException">It is missing, no JSON, or holds a resource this host does not know.</exception>
    public static AspireManifest Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new PizzeriaException($"{path} is missing: it says what there is to start.");
        }

        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>Reads a manifest's text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="PizzeriaException">It is no JSON, or holds a resource this host does not know.</exception>
    public static AspireManifest Parse(string json, string source = FileName)
    {
        try
        {
            var resources =
                JsonNode.Parse(json)?["resources"]?.AsObject()
                ?? throw new PizzeriaException($"{source} has no \"resources\": it is not a manifest of Aspire.");
            return new AspireManifest(
                resources.ToDictionary(r => r.Key, r => ReadResource(r.Key, r.Value!.AsObject(), source), StringComparer.Ordinal)
            );
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new PizzeriaException($"{source} cannot be read: {e.Message}", e);
        }
    }

    private static Resource ReadResource(string name, JsonObject json, string source)
    {
        var type = Text(json, "type");
        return type switch
        {
            "project.v0" => new ProjectResource(name, Required("path"), Map("env"), Bindings(json), List("args")),
            "container.v0" => new ContainerResource(name, Required("image"), Text(json, "connectionString"), Map("env"), Bindings(json))
            {
                Entrypoint = Text(json, "entrypoint"),
                Args = List("args"),
                Volumes = Volumes(json),
            },
            "value.v0" => new ValueResource(name, Text(json, "connectionString") ?? ""),
            "parameter.v0" => new ParameterResource(name, Required("value"), Inputs(json)),
            "annotated.string" => new AnnotatedStringResource(name, Required("value"), Text(json, "filter")),
            null => throw new PizzeriaException($"{source}: the resource \"{name}\" has no type."),
            _ => throw new PizzeriaException(
                $"{source}: the resource \"{name}\" is of type \"{type}\", which cannot be run as a plain process. "
                    + "Known are project.v0, container.v0, value.v0, parameter.v0 and annotated.string."
            ),
        };

        string Required(string property) =>
            Text(json, property) ?? throw new PizzeriaException($"{source}: the resource \"{name}\" has no \"{property}\".");

        IReadOnlyDictionary<string, string> Map(string property) =>
            json[property]?.AsObject().ToDictionary(p => p.Key, p => p.Value!.GetValue<string>(), StringComparer.Ordinal) ?? [];

        IReadOnlyList<string> List(string property) => [.. json[property]?.AsArray().Select(a => a!.GetValue<string>()) ?? []];
    }

    private static Dictionary<string, Binding> Bindings(JsonObject json) =>
        json["bindings"]
            ?.AsObject()
            .ToDictionary(
                b => b.Key,
                b => new Binding(
                    Text(b.Value!.AsObject(), "scheme") ?? "tcp",
                    b.Value["targetPort"]?.GetValue<int>(),
                    b.Value["external"]?.GetValue<bool>() ?? false
                ),
                StringComparer.Ordinal
            )
        ?? [];

    private static ContainerVolume[] Volumes(JsonObject json) =>
        [
            .. json["volumes"]?.AsArray().Select(v => new ContainerVolume(v!["name"]!.GetValue<string>(), v["target"]!.GetValue<string>()))
                ?? [],
        ];

    private static Dictionary<string, ParameterInput> Inputs(JsonObject json) =>
        json["inputs"]?.AsObject().ToDictionary(i => i.Key, i => ReadInput(i.Value!.AsObject()), StringComparer.Ordinal) ?? [];

    private static ParameterInput ReadInput(JsonObject json)
    {
        var value = json["default"]?["value"]?.GetValue<string>();
        var generate = json["default"]?["generate"];
        return new ParameterInput(
            json["secret"]?.GetValue<bool>() ?? false,
            value,
            generate is null
                ? null
                : new GeneratedValue(
                    generate["minLength"]?.GetValue<int>() ?? GeneratedValue.ShortestSafe,
                    generate["lower"]?.GetValue<bool>() ?? true,
                    generate["upper"]?.GetValue<bool>() ?? true,
                    generate["numeric"]?.GetValue<bool>() ?? true,
                    generate["special"]?.GetValue<bool>() ?? true
                )
        );
    }

    private static string? Text(JsonObject json, string property) => json[property]?.GetValue<string>();
}

/// <summary>Anything the manifest names.</summary>
public abstract record Resource(string Name);

/// <summary>A process of ours, built from source.</summary>
/// <param name="Name">The process type's name.</param>
/// <param name="Path">Its project file, relative to the manifest.</param>
/// <param name="Env">Its variables; values may hold expressions.</param>
/// <param name="Bindings">What it listens on.</param>
/// <param name="Args">Its arguments; they may hold expressions.</param>
public sealed record ProjectResource(
    string Name,
    string Path,
    IReadOnlyDictionary<string, string> Env,
    IReadOnlyDictionary<string, Binding> Bindings,
    IReadOnlyList<string> Args
) : Resource(Name)
{
    /// <summary>The assembly a project file makes, by this repository's convention: its own name.</summary>
    public string Assembly => System.IO.Path.GetFileNameWithoutExtension(Path.Replace('\\', '/'));

    /// <summary>Whether the world may reach it: it then listens on the public port.</summary>
    public bool IsExternal => Bindings.Values.Any(b => b.External);
}

/// <summary>A server the processes lean on; here one that is installed on this machine.</summary>
public sealed record ContainerResource(
    string Name,
    string Image,
    string? ConnectionString,
    IReadOnlyDictionary<string, string> Env,
    IReadOnlyDictionary<string, Binding> Bindings
) : Resource(Name)
{
    /// <summary>What is started instead of the image's own entry point.</summary>
    public string? Entrypoint { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Where its data is kept.</summary>
    public IReadOnlyList<ContainerVolume> Volumes { get; init; } = [];
}

/// <summary>A named volume of a container.</summary>
/// <param name="Name">The volume's name.</param>
/// <param name="Target">Where the container finds it.</param>
public sealed record ContainerVolume(string Name, string Target);

/// <summary>A derived value: a database of a server, or what a condition of the AppHost came to.</summary>
public sealed record ValueResource(string Name, string ConnectionString) : Resource(Name);

/// <summary>A value from outside, or one generated once and kept.</summary>
public sealed record ParameterResource(string Name, string Value, IReadOnlyDictionary<string, ParameterInput> Inputs) : Resource(Name);

/// <summary>Another resource's value in another spelling; the only filter there is, <c>uri</c>, is percent-encoding.</summary>
public sealed record AnnotatedStringResource(string Name, string Value, string? Filter) : Resource(Name);

/// <summary>Where a resource listens.</summary>
public sealed record Binding(string Scheme, int? TargetPort, bool External);

/// <summary>Where a parameter's value comes from.</summary>
/// <param name="Secret">Nobody but its owner may read it.</param>
/// <param name="Default">The value if none is given.</param>
/// <param name="Generate">How to make one if none is given.</param>
public sealed record ParameterInput(bool Secret, string? Default, GeneratedValue? Generate);

/// <summary>How a generated value is to look.</summary>
public sealed record GeneratedValue(int MinLength, bool Lower, bool Upper, bool Numeric, bool Special)
{
    /// <summary>What Aspire takes where nothing is said: 22 characters of 62 are 131 bits.</summary>
    public const int ShortestSafe = 22;

    /// <summary>Long enough to sign with (HMAC-SHA-256 wants 32 bytes).</summary>
    public static GeneratedValue Key { get; } = new(48, true, true, true, Special: false);
}
