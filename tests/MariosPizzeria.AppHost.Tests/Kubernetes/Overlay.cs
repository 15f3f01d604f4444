using System.Collections.Concurrent;
using k8s;
using k8s.Models;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace MariosPizzeria.AppHost.Tests.Kubernetes;

/// <summary>One environment, composed as kustomize does, for the features that the files use; any other feature fails.</summary>
internal sealed class Overlay
{
    private static readonly ConcurrentDictionary<string, Overlay> Read = new(StringComparer.Ordinal);

    private readonly List<IKubernetesObject<V1ObjectMeta>> _objects = [];

    private Overlay(string folder) => Add(folder);

    public IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Objects => _objects;

    /// <summary>Each image in the files, with the image that replaces it in the environment.</summary>
    public Dictionary<string, string> Images { get; } = new(StringComparer.Ordinal);

    /// <summary>The generated configuration, by map name and key.</summary>
    public Dictionary<string, Dictionary<string, string>> ConfigMaps { get; } = new(StringComparer.Ordinal);

    /// <summary>The generated secrets, with the file from which each is made.</summary>
    public Dictionary<string, string> Secrets { get; } = new(StringComparer.Ordinal);

    public string? Namespace { get; private set; }

    /// <summary>The workloads: name, labels of the pods, pod specification.</summary>
    public IEnumerable<(string Name, IDictionary<string, string> Labels, V1PodSpec Pod)> Workloads =>
        Objects
            .OfType<V1Deployment>()
            .Select(each => (each.Metadata.Name, each.Spec.Template.Metadata.Labels, each.Spec.Template.Spec))
            .Concat(
                Objects.OfType<V1Job>().Select(each => (each.Metadata.Name, each.Spec.Template.Metadata.Labels, each.Spec.Template.Spec))
            );

    public IEnumerable<(string Workload, V1Container Container)> Containers =>
        from workload in Workloads
        from container in (workload.Pod.InitContainers ?? []).Concat(workload.Pod.Containers)
        select (workload.Name, container);

    public static Overlay Of(string environment) =>
        Read.GetOrAdd(environment, each => new(Repository.In("deploy", "kubernetes", "overlays", each)));

    private void Add(string folder)
    {
        var kustomization = new DeserializerBuilder()
            .WithNamingConvention(CamelCaseNamingConvention.Instance)
            .WithDuplicateKeyChecking()
            .Build()
            .Deserialize<Kustomization>(File.ReadAllText(Path.Combine(folder, "kustomization.yaml")));

        kustomization
            .Resources.Where(each => each.EndsWith(".yaml", StringComparison.Ordinal))
            .Append("kustomization.yaml")
            .ShouldBe(Directory.EnumerateFiles(folder, "*.yaml").Select(file => Path.GetFileName(file)), ignoreOrder: true);
        foreach (var resource in kustomization.Resources.Select(each => Path.Combine(folder, each)))
        {
            if (Directory.Exists(resource))
            {
                Add(resource);
            }
            else
            {
                _objects.AddRange(Schema.Read(File.ReadAllText(resource)));
            }
        }

        Namespace = kustomization.Namespace ?? Namespace;
        kustomization.Images.ForEach(image => Images.Add(image.Name, $"{image.NewName}:{image.NewTag}"));
        kustomization.SecretGenerator.ForEach(secret => Secrets.Add(secret.Name, secret.Envs.ShouldHaveSingleItem()));
        foreach (var generated in kustomization.ConfigMapGenerator)
        {
            ConfigMaps.ContainsKey(generated.Name).ShouldBe(generated.Behavior == "merge", $"{folder}: {generated.Name}");
            var map = ConfigMaps.TryGetValue(generated.Name, out var known) ? known : ConfigMaps[generated.Name] = [];
            generated.Literals.ForEach(literal => map[literal.Split('=', 2)[0]] = literal.Split('=', 2)[1]);
        }
    }

    private sealed record Kustomization
    {
        public required string ApiVersion { get; init; }

        public required string Kind { get; init; }

        public string? Namespace { get; init; }

        public required List<string> Resources { get; init; }

        public List<Image> Images { get; init; } = [];

        public List<Generator> ConfigMapGenerator { get; init; } = [];

        public List<Generator> SecretGenerator { get; init; } = [];
    }

    private sealed record Image
    {
        public required string Name { get; init; }

        public required string NewName { get; init; }

        public required string NewTag { get; init; }
    }

    private sealed record Generator
    {
        public required string Name { get; init; }

        public string? Behavior { get; init; }

        public List<string> Literals { get; init; } = [];

        public List<string> Envs { get; init; } = [];
    }
}
