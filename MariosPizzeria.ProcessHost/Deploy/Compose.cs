using System.Globalization;
using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Manifest;
using YamlDotNet.Serialization;

namespace MariosPizzeria.ProcessHost.Deploy;

/// <summary>
/// The manifest for Docker or Podman Compose: everything in containers at the scale of <c>deploy/scale.json</c>, and, for development,
/// the servers alone, in the versions that production has.
/// </summary>
internal static partial class Compose
{
    private static readonly ISerializer Yaml = new SerializerBuilder().WithQuotingNecessaryStrings().DisableAliases().Build();

    /// <summary>The seed's timings: every 30 s, 3 s, start 5 s, 3 tries; asked by the executable itself, for there is no curl.</summary>
    private static Dictionary<string, object> Healthcheck(ProjectResource project) =>
        new(StringComparer.Ordinal)
        {
            ["test"] = new[] { "CMD", "dotnet", $"/app/{project.Assembly}.dll", "healthcheck" },
            ["interval"] = "30s",
            ["timeout"] = "3s",
            ["start_period"] = "5s",
            ["retries"] = 3,
        };

    /// <summary>Everything, in containers.</summary>
    public static string Production(AspireManifest manifest, Scale scale)
    {
        var services = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var container in manifest.Containers)
        {
            services[container.Name] = Server(manifest, container);
        }

        foreach (var project in manifest.Projects)
        {
            // Whoever has tables or queues makes them before anything runs; whoever owns the tables fills them.
            if (OwnerOfDatabase(manifest, project) is { } owner)
            {
                services[$"{project.Name}-migrate"] = OneOff(manifest, project, "migrate", ServersOf(manifest, project, "service_started"));
                if (owner == project)
                {
                    services[$"{project.Name}-seed"] = OneOff(manifest, project, "seed", Completed($"{project.Name}-migrate"));
                }
            }

            services[project.Name] = Process(manifest, scale, project);
        }

        var volumes = manifest.Containers.SelectMany(c => c.Volumes).ToDictionary(v => VolumeName(v), object? (_) => null);
        return Header(
                "Everything in containers, at the scale of deploy/scale.json.",
                "REGISTRY and TAG say which images: TAG is the commit that the pipeline built. The other variables are the operator's."
            )
            + Yaml.Serialize(
                new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    ["name"] = "marios-pizzeria",
                    ["services"] = services,
                    ["volumes"] = volumes,
                }
            );
    }

    /// <summary>The servers alone, reached from this machine.</summary>
    public static string Development(AspireManifest manifest)
    {
        var services = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var container in manifest.Containers)
        {
            var server = Server(manifest, container);
            server["ports"] = container.Bindings.Values.Select(b => $"127.0.0.1:{b.TargetPort}:{b.TargetPort}").ToArray();
            services[container.Name] = server;
        }

        var volumes = manifest.Containers.SelectMany(c => c.Volumes).ToDictionary(v => VolumeName(v), object? (_) => null);
        return Header(
                "For development: the servers alone, in the versions that production has, on loopback.",
                "Their passwords are the developer's: put them into .env, and into the connection strings there."
            )
            + Yaml.Serialize(
                new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    ["name"] = "marios-pizzeria-development",
                    ["services"] = services,
                    ["volumes"] = volumes,
                }
            );
    }

    private static string Header(params string[] lines) =>
        string.Concat(lines.Prepend("Made by ./pizzeria generate from aspire-manifest.json.").Select(line => $"# {line}\n"));

    private static Dictionary<string, object> Server(AspireManifest manifest, ContainerResource container)
    {
        var server = new Dictionary<string, object>(StringComparer.Ordinal) { ["image"] = container.Image };
        if (container.Entrypoint is { } entrypoint)
        {
            server["entrypoint"] = new[] { entrypoint };
        }

        if (container.Args.Count > 0)
        {
            server["command"] = container.Args.Select(arg => arg.Replace("$", "$$", StringComparison.Ordinal)).ToArray();
        }

        server["environment"] = Environment(manifest, container.Env, container.Name);
        server["volumes"] = container.Volumes.Select(v => $"{VolumeName(v)}:{v.Target}").ToArray();
        server["restart"] = "unless-stopped";
        return server;
    }

    private static Dictionary<string, object> Process(AspireManifest manifest, Scale scale, ProjectResource project)
    {
        var process = Image(manifest, project);
        process["healthcheck"] = Healthcheck(project);
        process["deploy"] = new Dictionary<string, object>(StringComparer.Ordinal) { ["replicas"] = scale.Of(project) };
        if (project.IsExternal)
        {
            // One port for each replica, for a balancer in front; a browser is content with the first.
            var last = PlainPorts.Of(manifest, project) + scale.Of(project) - 1;
            process["ports"] = new[]
            {
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"${{GATEWAY_PORTS:-{PlainPorts.Of(manifest, project)}-{last}}}:{ContainerImages.Port}"
                ),
            };
        }

        process["depends_on"] = OwnerOfDatabase(manifest, project) is { } owner
            ? Completed($"{project.Name}-migrate", $"{owner.Name}-seed")
            : ServersOf(manifest, project, "service_started");
        process["restart"] = "unless-stopped";
        process["stop_grace_period"] = "40s";
        return process;
    }

    private static Dictionary<string, object> OneOff(
        AspireManifest manifest,
        ProjectResource project,
        string command,
        Dictionary<string, object> after
    )
    {
        var process = Image(manifest, project);
        process["command"] = new[] { command };
        process["depends_on"] = after;
        // Until the servers answer.
        process["restart"] = "on-failure";
        return process;
    }

    /// <summary>What a process and its one-off commands share: image, configuration, and no more rights than they need.</summary>
    private static Dictionary<string, object> Image(AspireManifest manifest, ProjectResource project) =>
        new(StringComparer.Ordinal)
        {
            ["image"] = $"${{REGISTRY:?}}/{ContainerImages.Repository(project)}:${{TAG:?}}",
            ["user"] = ContainerImages.User.ToString(CultureInfo.InvariantCulture),
            ["read_only"] = true,
            ["tmpfs"] = new[] { "/tmp" },
            ["cap_drop"] = new[] { "ALL" },
            ["security_opt"] = new[] { "no-new-privileges:true" },
            ["environment"] = Environment(manifest, project.Env, project.Name),
        };

    private static Dictionary<string, object> ServersOf(AspireManifest manifest, ProjectResource project, string condition)
    {
        var expressions = new Expressions(manifest);
        var servers = project.Env.Values.SelectMany(expressions.References).ToHashSet(StringComparer.Ordinal);
        return manifest
            .Containers.Where(c => servers.Contains(c.Name))
            .ToDictionary(c => c.Name, object (_) => Waiting(condition), StringComparer.Ordinal);
    }

    private static Dictionary<string, object> Completed(params string[] services) =>
        services.ToDictionary(service => service, object (_) => Waiting("service_completed_successfully"), StringComparer.Ordinal);

    /// <summary>Whose database a process uses: by convention process X owns Xdb. Null where it uses none.</summary>
    private static ProjectResource? OwnerOfDatabase(AspireManifest manifest, ProjectResource project) =>
        manifest.Projects.FirstOrDefault(p => project.Env.ContainsKey($"ConnectionStrings__{p.Name}db"));

    private static Dictionary<string, string> Waiting(string condition) => new(StringComparer.Ordinal) { ["condition"] = condition };

    private static Dictionary<string, string> Environment(
        AspireManifest manifest,
        IReadOnlyDictionary<string, string> variables,
        string self
    )
    {
        var expressions = new Expressions(manifest);
        var values = new Names(manifest);
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in variables)
        {
            var ours = manifest.Resources[self] is ContainerResource || ContainerImages.IsOurs(manifest, name);
            if (ours && expressions.Evaluate(text.Replace("$", "$$", StringComparison.Ordinal), values) is { } value)
            {
                result[name] = Placeholder().Replace(value, match => values.Variable(match.Groups["parameter"].Value));
            }
        }

        if (manifest.Resources[self] is ProjectResource project)
        {
            if (project.IsExternal)
            {
                // A proxy on this machine or in a container beside it is seen at an address of the engine's own networks.
                result["KnownProxies"] = "${KNOWN_PROXIES-172.16.0.0/12,192.168.0.0/16}";
            }

            result["ASPNETCORE_ENVIRONMENT"] = "${ASPNETCORE_ENVIRONMENT:-Production}";
            result["LOG_LEVEL"] = "${LOG_LEVEL:-Information}";
        }

        return result;
    }

    private static string VolumeName(ContainerVolume volume) =>
        // Aspire writes {app}-{hash}-{server}-data; the project's name says the rest here.
        string.Join('-', volume.Name.Split('-')[^2..]);

    // Of letters only, so that percent-encoding, which passwords in URLs go through, leaves it as it is.
    [GeneratedRegex("ZZ(?<parameter>[a-zA-Z-]+)ZZ", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Placeholder();

    /// <summary>In a network of containers each is reached by its name, at the port it listens on.</summary>
    private sealed class Names(AspireManifest manifest) : IResourceValues
    {
        public BindingAddress? Address(string resource, string binding) =>
            manifest.Resources[resource] switch
            {
                ProjectResource project when project.Bindings[binding].Scheme == "http" => new(
                    "http",
                    resource,
                    ContainerImages.Port,
                    ContainerImages.Port
                ),
                ContainerResource container when container.Bindings[binding].TargetPort is { } port => new(
                    container.Bindings[binding].Scheme,
                    resource,
                    port,
                    port
                ),
                _ => null,
            };

        public string Input(string parameter, string input) => $"ZZ{parameter}ZZ";

        public string? ConnectionString(string resource) => null;

        /// <summary>Where Compose gets a parameter from: required, unless it has a default or may be without one.</summary>
        public string Variable(string parameter)
        {
            var name = parameter.Replace('-', '_').ToUpperInvariant();
            var input = ((ParameterResource)manifest.Resources[parameter]).Inputs.Values.First();
            return input switch
            {
                { Default: { } value } => $"${{{name}:-{value}}}",
                { Generate: null } => $"${{{name}:-}}",
                _ => $"${{{name}:?}}",
            };
        }
    }
}
