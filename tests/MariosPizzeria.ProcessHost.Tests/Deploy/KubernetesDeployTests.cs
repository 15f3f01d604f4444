using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Tests.Hosting;
using MariosPizzeria.ProcessHost.Tests.Releases;

namespace MariosPizzeria.ProcessHost.Tests.Deploy;

/// <summary>The deployment script of the pipeline, with a kubectl that records its arguments and its input.</summary>
public sealed class KubernetesDeployTests : IDisposable
{
    private const string Commit = "1234567890123456789012345678901234567890";
    private static readonly string Script = Path.Combine(PublishedProduct.Root, "deploy", "kubernetes", "deploy");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kubectl-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("staging")]
    [InlineData("production")]
    public async Task The_jobs_run_first_then_the_processes_of_the_same_commit_are_rolled_out(string environment)
    {
        var (run, calls) = await DeployAsync(environment);

        run.ExitCode.ShouldBe(0, run.All);
        var at = $"--namespace pizzeria-{environment} --selector app.kubernetes.io/component=";
        calls.ShouldBe([
            $"delete job --ignore-not-found {at}job",
            "apply --kustomize . --selector app.kubernetes.io/component!=process",
            $"wait job --for condition=complete {at}job --timeout 10m",
            "apply --kustomize .",
            $"rollout status deployment {at}process --timeout 10m",
        ]);
        var applied = await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "kustomization.yaml"));
        foreach (var name in PublishedProduct.Manifest.Projects.Select(p => p.Name))
        {
            applied.ShouldContain($"newName: registry.test/marios-pizzeria/{name}\n    newTag: \"{Commit}\"");
        }

        (await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "secrets.env"))).ShouldBe("JWT_SECRET_KEY=one\nPAYMENT_API_KEY=two\n");
        (await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "kubeconfig"))).ShouldBe("apiVersion: v1\n");
    }

    [Fact]
    public async Task An_environment_without_a_kubeconfig_is_told_that_nothing_is_deployed()
    {
        var (run, calls) = await DeployAsync("staging", kubeconfig: "");

        run.ExitCode.ShouldBe(0, run.All);
        run.Output.ShouldContain("staging has no kubeconfig: nothing is deployed there.");
        (await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "summary"))).ShouldContain("nothing is deployed");
        calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_job_that_fails_leaves_the_processes_as_they_were()
    {
        var (run, calls) = await DeployAsync("production", failing: "wait");

        run.ExitCode.ShouldNotBe(0);
        calls[^1].ShouldStartWith("wait job ");
        run.Output.ShouldNotContain("runs");
    }

    [Fact]
    public async Task Processes_that_do_not_become_ready_fail_the_deployment()
    {
        var (run, _) = await DeployAsync("production", failing: "rollout");

        run.ExitCode.ShouldNotBe(0);
    }

    private async Task<(ToolResult Run, string[] Calls)> DeployAsync(
        string environment,
        string kubeconfig = "apiVersion: v1",
        string failing = "nothing"
    )
    {
        var folder = _folder.FullName;
        var log = Path.Combine(folder, "calls");
        var kubectl = Path.Combine(folder, "kubectl");
        await File.WriteAllTextAsync(log, "");
        await File.WriteAllTextAsync(
            kubectl,
            $"""
            #!/bin/sh
            echo "$@" >>'{log}'
            cp kustomization.yaml secrets.env "$KUBECONFIG" '{folder}'
            [ "$1" != {failing} ]
            """
        );
        File.SetUnixFileMode(kubectl, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var temporary = Directory.CreateDirectory(Path.Combine(folder, "temporary")).FullName;
        var run = await ChildProcess.RunAsync(
            Script,
            [environment, Commit],
            Eventually.Soon,
            environment: new Dictionary<string, string?>
            {
                ["PATH"] = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}",
                ["TMPDIR"] = temporary,
                ["GITHUB_STEP_SUMMARY"] = Path.Combine(folder, "summary"),
                ["REGISTRY"] = "registry.test",
                ["KUBECONFIG_CONTENT"] = kubeconfig,
                ["SECRETS_ENV"] = "JWT_SECRET_KEY=one\nPAYMENT_API_KEY=two",
            }
        );
        Directory.EnumerateFileSystemEntries(temporary).ShouldBeEmpty("no secret stays behind");
        return (run, await File.ReadAllLinesAsync(log));
    }
}
