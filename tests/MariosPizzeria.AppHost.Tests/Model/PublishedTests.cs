using System.Diagnostics;
using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.AppHost.Tests.Model;

/// <summary>The AppHost publishes exactly the committed manifest.</summary>
public sealed class PublishedTests
{
    // Uses the AppHost's own output folder: in the tests' folder, assemblies are missing that the tests get from ASP.NET Core's framework.
    private static readonly string AppHost = Path.Combine(
        AppContext.BaseDirectory,
        "..",
        "..",
        "MariosPizzeria.AppHost",
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
        "MariosPizzeria.AppHost.dll"
    );

    [Fact]
    public async Task The_committed_manifest_is_what_the_AppHost_publishes() =>
        (await PublishAsync()).ShouldBe(
            File.ReadAllText(Repository.In(AspireManifest.FileName)),
            "publish it anew: dotnet run --project MariosPizzeria.AppHost -- --publisher manifest --output-path ../aspire-manifest.json"
        );

    [Fact]
    public async Task On_Azure_every_server_is_a_connection_string_that_the_operator_is_asked_for()
    {
        var manifest = AspireManifest.Parse(await PublishAsync("Azure"));

        manifest.Containers.ShouldBeEmpty();
        foreach (var name in (string[])["menudb", "orderdb", "kitchendb", "redis", "rabbitmq"])
        {
            manifest.Resources[name].ShouldBeOfType<ParameterResource>().Inputs.Values.ShouldAllBe(input => input.Secret);
        }

        manifest.Projects.Count().ShouldBe(6);
        manifest.Projects.ShouldAllBe(project => !Repository.Needs(project).Except(project.Env.Keys).Any());
    }

    private static async Task<string> PublishAsync(string environment = "Production")
    {
        // Paths in a manifest are relative to its folder, so this one is written beside the committed one.
        var file = Repository.In($".published-{Guid.NewGuid():N}.json");
        try
        {
            var start = new ProcessStartInfo("dotnet", [AppHost, "--publisher", "manifest", "--output-path", file])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = Repository.In("MariosPizzeria.AppHost"),
                Environment = { ["DOTNET_ENVIRONMENT"] = environment },
            };
            using var process = Process.Start(start)!;
            var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            process.ExitCode.ShouldBe(0, string.Concat(output));
            return await File.ReadAllTextAsync(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
