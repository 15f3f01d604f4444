using System.Text.Json;
using MariosPizzeria.ProcessHost.Deploy;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Tests.Releases;

namespace MariosPizzeria.ProcessHost.Tests.Deploy;

/// <summary>What the SDK is told about the images; that they run is shown where a container engine is (deploy/check-image).</summary>
public sealed class ContainerTests
{
    [Fact]
    public async Task Every_process_has_an_image_of_its_own_that_does_not_run_as_root()
    {
        foreach (var project in PublishedProduct.Manifest.Projects)
        {
            var asked = await Child.RunAsync(
                "dotnet",
                [
                    "msbuild",
                    project.Path,
                    "-getProperty:ContainerRepository",
                    "-getProperty:ContainerUser",
                    "-getProperty:ContainerFamily",
                    "-nodeReuse:false",
                ],
                CancellationToken.None,
                workingDirectory: PublishedProduct.Root
            );

            asked.ExitCode.ShouldBe(0, asked.All);
            using var json = JsonDocument.Parse(asked.Output);
            var properties = json.RootElement.GetProperty("Properties");
            properties.GetProperty("ContainerRepository").GetString().ShouldBe(ContainerImages.Repository(project));
            properties.GetProperty("ContainerUser").GetString().ShouldBe($"{ContainerImages.User}");
            properties.GetProperty("ContainerFamily").GetString().ShouldBe("noble-chiseled", "it has no shell");
        }
    }

    /// <summary>A <c>dotnet</c> that writes down what it is asked and fails: the script goes no further.</summary>
    [Theory]
    [InlineData("Menu", "menu")]
    [InlineData("Kitchen", "kitchen")]
    [InlineData("Order", "order")]
    [InlineData("Worker", "worker")]
    [InlineData("Scheduler", "scheduler")]
    [InlineData("Gateway", "gateway")]
    public async Task The_check_of_an_image_publishes_that_process_type(string asked, string process)
    {
        var folder = Directory.CreateTempSubdirectory("check-image-");
        try
        {
            foreach (var tool in (string[])["dotnet", "podman"])
            {
                var path = Path.Combine(folder.FullName, tool);
                await File.WriteAllTextAsync(path, $"#!/bin/sh\necho \"$1 $2\" >>'{folder.FullName}/calls'\nexit 1\n");
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }

            var run = await Child.RunAsync(
                Path.Combine(PublishedProduct.Root, "deploy", "check-image"),
                [asked],
                CancellationToken.None,
                environment: new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["PATH"] = folder.FullName + ":" + Environment.GetEnvironmentVariable("PATH"),
                }
            );

            run.ExitCode.ShouldNotBe(0);
            var project = PublishedProduct.Manifest.Projects.Single(project => project.Name == process).Path;
            (await File.ReadAllLinesAsync(Path.Combine(folder.FullName, "calls"))).ShouldBe([$"publish {project}"]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
