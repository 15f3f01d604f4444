using System.Text.Json.Nodes;

namespace MariosPizzeria.ProcessHost.Manifest;

/// <summary>The manifest that Aspire's publisher wrote for the AppHost: every resource and its references.</summary>
/// <param name="Resources">The resources by name, in the order of the manifest.</param>
public sealed record AspireManifest(IReadOnlyDictionary<string, Resource> Resources)
{
    /// <summary>The file's name in the repository root.</summary>
    public const string FileName = "aspire-manifest.json";

    public IEnumerable<ProjectResource> Projects => Resources.Values.OfType<ProjectResource>();

    public IEnumerable<ContainerResource> Containers => Resources.Values.OfType<ContainerResource>();

    /// <summary>Reads a manifest file.</summary>
    /// <exception cref="PizzeriaException">The file is missing, is not JSON, or has a resource that this host does not support.</exception>
    public static AspireManifest Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new PizzeriaException($"{path} is missing: it defines what to start.");
        }

        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>Reads a manifest's text.</summary>
    /// <param name="source">The name of the manifest in error messages.</param>
    /// <exception cref="PizzeriaException">The text is not JSON, or has a resource that this host does not support.</exception>
    public static AspireManifest Parse(string json, string source = FileName)
    {
        try
        {
            var resources =
                JsonNode.Parse(json)?["resources"]?.AsObject()
                ?? throw new PizzeriaException($"{source} has no \"resources\": it is not an Aspire manifest.");
            return new AspireManifest(resources.ToDictionary(r => r.Key, r => ReadResource(r.Key, r.Value!.AsObject(), source)));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new PizzeriaException($"{source} cannot be read: {e.Message}", e);
        }
    }

    private static Resource ReadResource(string name, JsonObject json, string source)
    {
        json["name"] = name;
        return json["type"]?.GetValue<string>() switch
        {
            "project.v0" => As<ProjectResource>("path"),
            "container.v0" => As<ContainerResource>("image"),
            "value.v0" => As<ValueResource>(),
            "parameter.v0" => As<ParameterResource>("value"),
            "annotated.string" => As<AnnotatedStringResource>("value"),
            null => throw new PizzeriaException($"{source}: the resource \"{name}\" has no type."),
            var type => throw new PizzeriaException(
                $"{source}: the resource \"{name}\" is of type \"{type}\", which cannot be run as a plain process. "
                    + "Known are project.v0, container.v0, value.v0, parameter.v0 and annotated.string."
            ),
        };

        T As<T>(string? required = null) =>
            required is null || json[required] is not null
                ? json.Deserialize<T>(JsonSerializerOptions.Web)!
                : throw new PizzeriaException($"{source}: the resource \"{name}\" has no \"{required}\".");
    }
}

/// <summary>A resource of the manifest.</summary>
public abstract record Resource(string Name);

/// <summary>A process of this product, built from source.</summary>
/// <param name="Path">The project file, relative to the manifest.</param>
public sealed record ProjectResource(string Name, string Path) : Resource(Name)
{
    /// <summary>The environment variables; values may contain expressions.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, Binding> Bindings { get; init; } = new Dictionary<string, Binding>();

    /// <summary>The arguments; they may contain expressions.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>The name of the assembly: by this repository's convention, that of the project file.</summary>
    public string Assembly => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Whether the process is reachable from outside; if so, it listens on the public port.</summary>
    public bool IsExternal => Bindings.Values.Any(b => b.External);
}

/// <summary>A server that the processes use; here it is one that is installed on this machine.</summary>
public sealed record ContainerResource(string Name, string Image, string? ConnectionString) : Resource(Name)
{
    /// <summary>The entry point that replaces that of the image.</summary>
    public string? Entrypoint { get; init; }

    public IReadOnlyList<string> Args { get; init; } = [];

    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, Binding> Bindings { get; init; } = new Dictionary<string, Binding>();

    /// <summary>The volumes with the server's data.</summary>
    public IReadOnlyList<ContainerVolume> Volumes { get; init; } = [];
}

/// <summary>A named volume of a container.</summary>
/// <param name="Target">The mount path in the container.</param>
public sealed record ContainerVolume(string Name, string Target);

/// <summary>A derived value: a database of a server, or the result of a condition in the AppHost.</summary>
public sealed record ValueResource(string Name, string ConnectionString = "") : Resource(Name);

/// <summary>A value from outside, or a value that is generated once and stored.</summary>
public sealed record ParameterResource(string Name, string Value, IReadOnlyDictionary<string, ParameterInput>? Inputs) : Resource(Name)
{
    public IReadOnlyDictionary<string, ParameterInput> Inputs { get; } = Inputs ?? new Dictionary<string, ParameterInput>();
}

/// <summary>Another resource's value in another encoding; the only filter, <c>uri</c>, is percent-encoding.</summary>
public sealed record AnnotatedStringResource(string Name, string Value, string? Filter) : Resource(Name);

/// <summary>An endpoint on which a resource listens.</summary>
public sealed record Binding(string Scheme = "tcp", int? TargetPort = null, bool External = false);

/// <summary>The source of a parameter's value.</summary>
/// <param name="Secret">Whether only the owner may read the value.</param>
/// <param name="Default">The default if no value is given.</param>
public sealed record ParameterInput(bool Secret, ParameterDefault? Default);

/// <summary>A literal value, or the rules to generate one.</summary>
public sealed record ParameterDefault(string? Value = null, GeneratedValue? Generate = null);

/// <summary>The rules for a generated value.</summary>
public sealed record GeneratedValue(
    int MinLength = GeneratedValue.ShortestSafe,
    bool Lower = true,
    bool Upper = true,
    bool Numeric = true,
    bool Special = true
)
{
    /// <summary>Aspire's default length: 22 characters out of 62 are 131 bits.</summary>
    public const int ShortestSafe = 22;

    /// <summary>The rules for a signing key: long enough for HMAC-SHA-256, which needs 32 bytes.</summary>
    public static GeneratedValue Key { get; } = new(MinLength: 48, Special: false);
}
