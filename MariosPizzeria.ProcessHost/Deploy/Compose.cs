using System.Text.RegularExpressions;
using YamlDotNet.Serialization;

namespace MariosPizzeria.ProcessHost.Deploy;

/// <summary>
/// The manifest for Docker or Podman Compose: everything in containers at the scale of <c>deploy/scale.json</c>, and, for development,
/// the servers alone, in the versions that production has.
/// </summary>
internal sealed partial class Compose(AspireManifest manifest, Scale scale)
{
    private static readonly ISerializer Yaml = new SerializerBuilder().WithQuotingNecessaryStrings().DisableAliases().Build();
    private readonly Expressions _expressions = new(manifest);

    public string Production()
    {
        var services = new Dictionary<string, object>();
        foreach (var container in manifest.Containers)
        {
            services[container.Name] = Server(container);
        }

        foreach (var project in manifest.Projects)
        {
            // A process with tables or queues creates them before anything runs; the owner of the tables also seeds them.
            if (OwnerOfDatabase(project) is { } owner)
            {
                services[$"{project.Name}-migrate"] = OneOff(project, "migrate", ServersOf(project));
                if (owner == project)
                {
                    services[$"{project.Name}-seed"] = OneOff(project, "seed", Completed($"{project.Name}-migrate"));
                }
            }

            services[project.Name] = Process(project);
        }

        return Text(
            "marios-pizzeria",
            services,
            "Everything in containers, at the scale of deploy/scale.json.",
            "REGISTRY and TAG say which images: TAG is the commit that the pipeline built. The other variables are the operator's."
        );
    }

    /// <summary>The servers alone, reached from this machine.</summary>
    public string Development()
    {
        var services = new Dictionary<string, object>();
        foreach (var container in manifest.Containers)
        {
            var server = Server(container);
            server["ports"] = container.Bindings.Values.Select(b => $"127.0.0.1:{b.TargetPort}:{b.TargetPort}").ToArray();
            services[container.Name] = server;
        }

        return Text(
            "marios-pizzeria-development",
            services,
            "For development: the servers alone, in the versions that production has, on loopback.",
            "Their passwords are the developer's: put them into .env, and into the connection strings there."
        );
    }

    private string Text(string name, Dictionary<string, object> services, params string[] header)
    {
        var volumes = manifest.Containers.SelectMany(c => c.Volumes).ToDictionary(VolumeName, object? (_) => null);
        var lines = header.Prepend("Made by ./pizzeria generate from aspire-manifest.json.").Select(line => $"# {line}\n");
        return string.Concat(lines)
            + Yaml.Serialize(
                new
                {
                    name,
                    services,
                    volumes,
                }
            );
    }

    private Dictionary<string, object> Server(ContainerResource container)
    {
        var server = new Dictionary<string, object> { ["image"] = container.Image };
        if (container.Entrypoint is { } entrypoint)
        {
            server["entrypoint"] = new[] { entrypoint };
        }

        if (container.Args.Count > 0)
        {
            server["command"] = container.Args.Select(arg => arg.Replace("$", "$$")).ToArray();
        }

        server["environment"] = Environment(container, container.Env);
        server["volumes"] = container.Volumes.Select(v => $"{VolumeName(v)}:{v.Target}").ToArray();
        server["restart"] = "unless-stopped";
        return server;
    }

    private Dictionary<string, object> Process(ProjectResource project)
    {
        var process = Image(project);
        process["healthcheck"] = new
        {
            test = new[] { "CMD", "dotnet", $"/app/{project.Assembly}.dll", "healthcheck" }, // there is no curl
            interval = "30s",
            timeout = "3s",
            start_period = "5s",
            retries = 3,
        };
        process["deploy"] = new { replicas = scale.Of(project) };
        if (project.IsExternal)
        {
            // One port for each replica, for a load balancer in front; a browser can use the first one.
            var last = PlainPorts.Of(manifest, project) + scale.Of(project) - 1;
            process["ports"] = new[] { $"${{GATEWAY_PORTS:-{PlainPorts.Of(manifest, project)}-{last}}}:{ContainerImages.Port}" };
        }

        process["depends_on"] = OwnerOfDatabase(project) is { } owner
            ? Completed($"{project.Name}-migrate", $"{owner.Name}-seed")
            : ServersOf(project);
        process["restart"] = "unless-stopped";
        process["stop_grace_period"] = "40s";
        return process;
    }

    private Dictionary<string, object> OneOff(ProjectResource project, string command, Dictionary<string, object> after)
    {
        var process = Image(project);
        process["command"] = new[] { command };
        process["depends_on"] = after;
        // Retries until the servers accept connections.
        process["restart"] = "on-failure";
        return process;
    }

    /// <summary>The common part of a process and its one-off commands: image, configuration and minimal privileges.</summary>
    private Dictionary<string, object> Image(ProjectResource project) =>
        new()
        {
            ["image"] = $"${{REGISTRY:?}}/{ContainerImages.Repository(project)}:${{TAG:?}}",
            ["user"] = $"{ContainerImages.User}",
            ["read_only"] = true,
            ["tmpfs"] = new[] { "/tmp" },
            ["cap_drop"] = new[] { "ALL" },
            ["security_opt"] = new[] { "no-new-privileges:true" },
            ["environment"] = Environment(project, project.Env),
        };

    private Dictionary<string, object> ServersOf(ProjectResource project)
    {
        var servers = project.Env.Values.SelectMany(_expressions.References).ToHashSet();
        return manifest.Containers.Where(c => servers.Contains(c.Name)).ToDictionary(c => c.Name, object (_) => Waiting("service_started"));
    }

    private static Dictionary<string, object> Completed(params string[] services) =>
        services.ToDictionary(service => service, object (_) => Waiting("service_completed_successfully"));

    /// <summary>The owner of the database that a process uses: by convention process X owns Xdb. Null if it uses none.</summary>
    private ProjectResource? OwnerOfDatabase(ProjectResource project) =>
        manifest.Projects.FirstOrDefault(p => project.Env.ContainsKey($"ConnectionStrings__{p.Name}db"));

    private static Dictionary<string, string> Waiting(string condition) => new() { ["condition"] = condition };

    private Dictionary<string, string> Environment(Resource owner, IReadOnlyDictionary<string, string> variables)
    {
        var values = new Names(manifest);
        var result = new Dictionary<string, string>();
        foreach (var (name, text) in variables)
        {
            var ours = owner is ContainerResource || ContainerImages.IsOurs(manifest, name);
            if (ours && _expressions.Evaluate(text.Replace("$", "$$"), values) is { } value)
            {
                result[name] = Placeholder().Replace(value, match => values.Variable(match.Groups["parameter"].Value));
            }
        }

        if (owner is ProjectResource project)
        {
            if (project.IsExternal)
            {
                // A proxy on this machine or in another container connects from an address of the container engine's networks.
                result["KnownProxies"] = "${KNOWN_PROXIES-172.16.0.0/12,192.168.0.0/16}";
            }

            result["ASPNETCORE_ENVIRONMENT"] = "${ASPNETCORE_ENVIRONMENT:-Production}";
            result["LOG_LEVEL"] = "${LOG_LEVEL:-Information}";
        }

        return result;
    }

    private static string VolumeName(ContainerVolume volume) =>
        // Aspire writes {app}-{hash}-{server}-data; {server}-data is enough, because Compose prepends the project's name.
        string.Join('-', volume.Name.Split('-')[^2..]);

    // Only letters and dashes, so that percent-encoding, which is applied to passwords in URLs, does not change the placeholder.
    [GeneratedRegex("ZZ(?<parameter>[a-zA-Z-]+)ZZ", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Placeholder();

    /// <summary>In a container network each resource is reached by its name, at the port that it listens on.</summary>
    private sealed class Names(AspireManifest manifest) : IResourceValues
    {
        public BindingAddress? Address(string resource, string binding) =>
            manifest.Resources[resource] switch
            {
                ProjectResource project when project.Bindings[binding].Scheme == "http" => At(resource, "http", ContainerImages.Port),
                ContainerResource { Bindings: var bindings } when bindings[binding] is { TargetPort: { } port, Scheme: var scheme } => At(
                    resource,
                    scheme,
                    port
                ),
                _ => null,
            };

        private static BindingAddress At(string host, string scheme, int port) => new(scheme, host, port, port);

        public string Input(string parameter, string input) => $"ZZ{parameter}ZZ";

        public string? ConnectionString(string resource) => null;

        /// <summary>The variable from which Compose takes a parameter: required unless it has a default or may be empty.</summary>
        public string Variable(string parameter)
        {
            var name = parameter.Replace('-', '_').ToUpperInvariant();
            var input = ((ParameterResource)manifest.Resources[parameter]).Inputs.Values.First();
            return input switch
            {
                { Default.Value: { } value } => $"${{{name}:-{value}}}",
                { Default.Generate: not null } => $"${{{name}:?}}",
                _ => $"${{{name}:-}}",
            };
        }
    }
}
