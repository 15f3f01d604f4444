using System.Text.Json;
using MariosPizzeria.ProcessHost.Deploy;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Tests.Hosting;
using MariosPizzeria.ProcessHost.Tests.Releases;

namespace MariosPizzeria.ProcessHost.Tests.Deploy;

/// <summary>The image settings for the SDK. deploy/check-image checks that the images run, where a container engine is available.</summary>
public sealed class ContainerTests
{
    [Fact]
    public async Task Every_process_has_an_image_of_its_own_that_does_not_run_as_root()
    {
        foreach (var project in PublishedProduct.Manifest.Projects)
        {
            var asked = await ChildProcess.RunAsync(
                "dotnet",
                [
                    "msbuild",
                    project.Path,
                    "-getProperty:ContainerRepository",
                    "-getProperty:ContainerUser",
                    "-getProperty:ContainerFamily",
                    "-nodeReuse:false",
                ],
                Eventually.Soon,
                workingDirectory: PublishedProduct.Root
            );

            asked.ExitCode.ShouldBe(0, asked.All);
            using var json = JsonDocument.Parse(asked.Output);
            var properties = json.RootElement.GetProperty("Properties");
            properties.GetProperty("ContainerRepository").GetString().ShouldBe(ContainerImages.Repository(project));
            properties.GetProperty("ContainerUser").GetString().ShouldBe($"{ContainerImages.User}");
            properties
                .GetProperty("ContainerFamily")
                .GetString()
                .ShouldBe("noble-chiseled-extra", "it has time zones and cultures and no shell");
        }
    }

    /// <summary>Uses a <c>dotnet</c> that records its arguments and fails, so that the script ends there.</summary>
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

            var run = await ChildProcess.RunAsync(
                Path.Combine(PublishedProduct.Root, "deploy", "check-image"),
                [asked],
                Eventually.Soon,
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
