using System.Diagnostics;
using MariosPizzeria.AppHost.Tests.Kubernetes;
using YamlDotNet.RepresentationModel;

namespace MariosPizzeria.AppHost.Tests.Azure;

/// <summary>The files that <c>azd up</c> reads, as far as they can be checked without Azure.</summary>
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

    [Theory]
    [InlineData("preup")]
    [InlineData("preprovision")]
    public void Packages_are_restored_before_the_AppHost_is_asked_for_its_manifest(string hook) =>
        KubernetesObject.Text(Project, "hooks", hook, "run").ShouldBe("dotnet restore MariosPizzeria.AppHost");

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
    public async Task After_the_deployment_databases_and_queues_are_prepared_before_anything_is_scaled()
    {
        var calls = await RunWithAzureCliThatSaysYesAsync();

        calls
            .Where(call => call.StartsWith("containerapp job start", StringComparison.Ordinal))
            .Select(call => call.Split("--name ")[1].Split(' ')[0])
            .ShouldBe(["menu-migrate", "menu-seed", "order-migrate", "order-seed", "kitchen-migrate", "kitchen-seed", "worker-migrate"]);
        calls.FindLastIndex(call => call.Contains(" job ")).ShouldBeLessThan(calls.FindIndex(call => call.Contains(" update ")));
        calls.ShouldAllBe(call => call.EndsWith(" --subscription 0000-1111 --resource-group rg-pizzeria", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_the_deployment_every_process_scales_by_what_it_does_and_has_time_to_stop()
    {
        var updates = (await RunWithAzureCliThatSaysYesAsync())
            .Where(call => call.StartsWith("containerapp update", StringComparison.Ordinal))
            .ToDictionary(call => call.Split("--name ")[1].Split(' ')[0], StringComparer.Ordinal);

        updates.Keys.ShouldBe(Repository.Manifest.Projects.Select(project => project.Name), ignoreOrder: true);
        updates.Values.ShouldAllBe(call => call.Contains("--min-replicas 2") && call.Contains("--termination-grace-period 45"));
        foreach (var web in (string[])["gateway", "menu", "order", "kitchen"])
        {
            updates[web].ShouldContain("--scale-rule-type http --scale-rule-http-concurrency");
        }

        updates["gateway"].ShouldContain("--set-env-vars KnownProxies=100.64.0.0/10,");
        updates["order"].ShouldContain("--set-env-vars KnownProxies= ");

        updates["worker"].ShouldContain("--scale-rule-type rabbitmq");
        updates["worker"].ShouldContain("queueName=worker-charge-card");
        updates["worker"].ShouldContain("--scale-rule-auth host=the-secrets-name ");
        updates["scheduler"].ShouldContain("--max-replicas 2");
    }

    /// <summary>Runs the script with an Azure CLI that records its calls, and returns them.</summary>
    private static async Task<List<string>> RunWithAzureCliThatSaysYesAsync()
    {
        var folder = Directory.CreateTempSubdirectory("azure-cli");
        try
        {
            var cli = Path.Combine(folder.FullName, "az");
            var log = Path.Combine(folder.FullName, "calls");
            await File.WriteAllTextAsync(
                cli,
                $"""
                #!/bin/sh
                echo "$@" | tr '\n' ' ' | tr -s ' ' | sed 's/ $//' >>'{log}' && echo >>'{log}'
                case $* in
                    *"job execution show"*) echo Succeeded ;;
                    *secretRef*) echo the-secrets-name ;;
                esac
                """
            );
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(cli, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }

            var start = new ProcessStartInfo(Script) { RedirectStandardOutput = true };
            start.Environment["PATH"] = folder.FullName + ":" + start.Environment["PATH"];
            start.Environment["TMPDIR"] = folder.FullName;
            start.Environment["AZURE_CONTAINER_APPS_ENVIRONMENT_ID"] =
                "/subscriptions/0000-1111/resourceGroups/rg-pizzeria/providers/Microsoft.App/managedEnvironments/cae";
            using var script = Process.Start(start)!;
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await script.StandardOutput.ReadToEndAsync(deadline.Token);
            await script.WaitForExitAsync(deadline.Token);

            script.ExitCode.ShouldBe(0);
            folder.EnumerateFiles().Select(file => file.Name).ShouldBe(["az", "calls"], ignoreOrder: true, "no secret stays behind");
            return [.. await File.ReadAllLinesAsync(log)];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static YamlNode Read(string file)
    {
        var stream = new YamlStream();
        using var text = new StreamReader(file);
        stream.Load(text);
        return stream.Documents[0].RootNode;
    }
}
