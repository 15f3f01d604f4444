using MariosPizzeria.AppHost.Tests.Kubernetes;
using YamlDotNet.RepresentationModel;

namespace MariosPizzeria.AppHost.Tests.Azure;

/// <summary>What <c>azd up</c> reads, as far as files can show it.</summary>
public sealed class AzureTests
{
    private static readonly string Script = Repository.In("deploy", "azure", "postdeploy.sh");
    private static readonly YamlNode Project = Read(Repository.In("azure.yaml"));

    [Fact]
    public void The_one_service_is_the_AppHost() =>
        KubernetesObject
            .At(Project, "services")
            .ShouldBeOfType<YamlMappingNode>()
            .Children.Values.ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(
                service => File.Exists(Repository.In(KubernetesObject.Text(service, "project")!)).ShouldBeTrue(),
                service => KubernetesObject.Text(service, "host").ShouldBe("containerapp")
            );

    [Fact]
    public void Aspires_packages_are_restored_before_anything_is_made() =>
        KubernetesObject.Text(Project, "hooks", "preprovision", "run").ShouldBe("dotnet restore MariosPizzeria.AppHost -p:UseAspire=true");

    [Fact]
    public void What_runs_after_the_deployment_is_there_and_can_be_run()
    {
        Repository.In(KubernetesObject.Text(Project, "hooks", "postdeploy", "run")!).ShouldBe(Script);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Script).HasFlag(UnixFileMode.UserExecute).ShouldBeTrue();
        }
    }

    [Fact]
    public void Every_process_is_scaled_and_every_database_prepared()
    {
        var script = File.ReadAllText(Script);

        Repository.Manifest.Projects.ShouldAllBe(project => script.Contains(project.Name));
        script.ShouldContain("for service in menu order kitchen; do\n    prepare \"$service\" migrate\n    prepare \"$service\" seed");
        script.ShouldContain("--scale-rule-type http");
        script.ShouldContain("--scale-rule-type rabbitmq");
    }

    private static YamlNode Read(string file)
    {
        var stream = new YamlStream();
        using var text = new StreamReader(file);
        stream.Load(text);
        return stream.Documents[0].RootNode;
    }
}
