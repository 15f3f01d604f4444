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
}
