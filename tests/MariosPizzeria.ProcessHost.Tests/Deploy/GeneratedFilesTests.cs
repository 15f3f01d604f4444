using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Deploy;
using MariosPizzeria.ProcessHost.Manifest;
using MariosPizzeria.ProcessHost.Tests.Releases;
using YamlDotNet.Serialization;

namespace MariosPizzeria.ProcessHost.Tests.Deploy;

/// <summary>The files in deploy/ match the manifest and contain nothing else.</summary>
public sealed partial class GeneratedFilesTests
{
    private static readonly AspireManifest Manifest = PublishedProduct.Manifest;

    [Fact]
    public void The_committed_files_are_what_the_manifest_makes_of_them()
    {
        foreach (var (path, text) in GeneratedFiles.Of(Manifest, Scale.Read(PublishedProduct.Root)))
        {
            File.ReadAllText(Path.Combine(PublishedProduct.Root, path)).ShouldBe(text, $"{path} is old: ./pizzeria generate");
        }
    }

    [Fact]
    public void There_are_four_of_each_web_process_two_workers_and_one_scheduler()
    {
        var scale = Scale.Read(PublishedProduct.Root);

        Manifest
            .Projects.ToDictionary(p => p.Name, scale.Of)
            .ShouldBe(
                new Dictionary<string, int>
                {
                    ["menu"] = 4,
                    ["kitchen"] = 4,
                    ["order"] = 4,
                    ["gateway"] = 4,
                    ["worker"] = 2,
                    ["scheduler"] = 1,
                },
                ignoreOrder: true
            );
    }

    [Fact]
    public void In_compose_the_gateway_alone_believes_a_proxy_and_the_operator_can_say_which()
    {
        var services = Services("deploy/compose.yaml");

        Map(Map(services["gateway"])["environment"])["KnownProxies"].ShouldBe("${KNOWN_PROXIES-172.16.0.0/12,192.168.0.0/16}");
        foreach (var project in Manifest.Projects)
        {
            var environment = Map(Map(services[project.Name])["environment"]);
            environment.ContainsKey("KnownProxies").ShouldBe(project.IsExternal);
        }
    }

    [Fact]
    public void In_compose_every_process_runs_with_few_rights_at_its_scale_and_is_asked_for_its_health()
    {
        var services = Services("deploy/compose.yaml");
        var scale = Scale.Read(PublishedProduct.Root);

        foreach (var project in Manifest.Projects)
        {
            var service = Map(services[project.Name]);
            service["image"].ShouldBe($"${{REGISTRY:?}}/marios-pizzeria/{project.Name}:${{TAG:?}}");
            service["user"].ShouldBe("1654");
            service["read_only"].ShouldBe("true");
            Map(service["deploy"])["replicas"].ShouldBe($"{scale.Of(project)}");
            var health = Map(service["healthcheck"]);
            ((List<object>)health["test"]).ShouldBe(["CMD", "dotnet", $"/app/{project.Assembly}.dll", "healthcheck"]);
            (health["interval"], health["timeout"], health["start_period"], health["retries"]).ShouldBe(("30s", "3s", "5s", "3"));
        }
    }

    [Fact]
    public void In_compose_a_process_is_told_of_the_others_and_no_secret_stands_in_the_file()
    {
        var environment = Map(Map(Services("deploy/compose.yaml")["order"])["environment"]);

        environment["services__menu__http__0"].ShouldBe("http://menu:8080");
        environment["HTTP_PORTS"].ShouldBe("8080");
        environment["JWT_SECRET_KEY"].ShouldBe("${JWT_SECRET:?}");
        environment["PAYMENT_API_KEY"].ShouldBe("${PAYMENT_API_KEY:-}");
        environment["ConnectionStrings__redis"].ShouldBe("redis:6379,password=${REDIS_PASSWORD:?}");
        environment["ConnectionStrings__orderdb"].ToString()!.ShouldStartWith("mongodb://admin:${MONGO_PASSWORD:?}@mongo:27017/orderdb?");
        environment.Keys.ShouldNotContain("REDIS_HOST");
    }

    [Fact]
    public void Development_has_the_same_servers_in_the_same_versions_as_production()
    {
        var production = Services("deploy/compose.yaml");
        var development = Services("deploy/compose.development.yaml");

        development.Keys.ShouldBe(Manifest.Containers.Select(c => c.Name), ignoreOrder: true);
        foreach (var container in Manifest.Containers)
        {
            Map(development[container.Name])["image"].ShouldBe(container.Image);
            Map(production[container.Name])["image"].ShouldBe(container.Image);
        }
    }

    [Fact]
    public void What_aspirate_is_given_is_the_same_topology_without_what_it_gets_wrong()
    {
        var text = File.ReadAllText(Path.Combine(PublishedProduct.Root, "deploy/aspirate-manifest.json"));
        var given = AspireManifest.Parse(text);

        text.ShouldNotContain("annotated.string");
        text.ShouldNotContain("&");
        given
            .Resources.Values.OfType<ParameterResource>()
            .SelectMany(parameter => parameter.Inputs.Values)
            .ShouldAllBe(input => input.Default == null || input.Default.Value == null, "it would generate another");
        given.Containers.Select(container => container.Image).ShouldBe(Manifest.Containers.Select(container => container.Image));
        given.Projects.Select(project => project.Path).ShouldBe(Manifest.Projects.Select(project => project.Path));
        foreach (var project in given.Projects)
        {
            var env = Manifest.Projects.Single(each => each.Name == project.Name).Env;
            project.Env.Keys.ShouldBe(env.Keys.Where(variable => ContainerImages.IsOurs(Manifest, variable)), project.Name);
        }

        Referred().Matches(text).Select(match => match.Groups["resource"].Value).Distinct().ShouldBeSubsetOf(given.Resources.Keys);
    }

    [GeneratedRegex(@"\{(?<resource>[a-z][a-z0-9-]*)\.", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Referred();

    private static Dictionary<string, object> Services(string path) =>
        Map(
            new DeserializerBuilder()
                .Build()
                .Deserialize<Dictionary<string, object>>(File.ReadAllText(Path.Combine(PublishedProduct.Root, path)))["services"]
        );

    private static Dictionary<string, object> Map(object node) =>
        node is Dictionary<string, object> known
            ? known
            : ((Dictionary<object, object>)node).ToDictionary(pair => (string)pair.Key, pair => pair.Value);
}
