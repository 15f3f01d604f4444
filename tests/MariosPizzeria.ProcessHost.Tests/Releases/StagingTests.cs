using System.Net;
using System.Net.Http.Json;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Releases;
using MariosPizzeria.ProcessHost.Tests.Hosting;

namespace MariosPizzeria.ProcessHost.Tests.Releases;

/// <summary>The published product, released and run.</summary>
public sealed class StagingTests(PublishedProduct product) : IClassFixture<PublishedProduct>
{
    // Eleven processes have just started beside processes of other tests, and the first request of each kind waits for compilation.
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(60) };

    [Fact]
    public async Task The_product_runs_as_a_release_of_staging_on_real_servers()
    {
        var folder = Directory.CreateTempSubdirectory("released-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var store = new ReleaseStore(Path.Combine(folder, "releases"));
        store.AddArtifact(PublishedProduct.Version, product.Folder);
        var release = store.Create(PublishedProduct.Root, PublishedProduct.Version, "staging", DateTimeOffset.UtcNow);
        var port = LoopbackPort.Free();
        try
        {
            (await Pizzeria("run", release.Manifest.Name, "--detach", "--port", $"{port}")).ExitCode.ShouldBe(0);

            var menu = await Http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/api/menu"));
            menu.ShouldContain("margherita");
            using var stranger = await Http.PostAsJsonAsync(
                new Uri($"http://127.0.0.1:{port}/api/auth/token"),
                new { username = "manager", password = "test" }
            );
            stranger.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, "Development's accounts are nowhere else");
            foreach (var document in new[] { "openapi/v1.json", "docs/index.html" })
            {
                using var answer = await Http.GetAsync(new Uri($"http://127.0.0.1:{port}/{document}"));
                answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, "API documents are Development's");
            }

            (await Pizzeria("status", "--json")).Output.ShouldContain($"\"release\": \"{release.Manifest.Name}\"");
        }
        finally
        {
            (await Pizzeria("down")).ExitCode.ShouldBe(0);
            Directory.Delete(folder, recursive: true);
        }

        async Task<ToolResult> Pizzeria(params string[] arguments)
        {
            var host = Path.Combine(product.Folder, Artifact.HostFolder, "MariosPizzeria.ProcessHost.dll");
            var run = await ChildProcess.RunAsync(
                "dotnet",
                [host, .. arguments],
                Eventually.Soon,
                workingDirectory: folder, // not a checkout: the unpacked artifact can run releases
                environment: new Dictionary<string, string?>
                {
                    ["PIZZERIA_STATE"] = Path.Combine(folder, "state"),
                    ["PIZZERIA_RELEASES"] = Path.Combine(folder, "releases"),
                }
            );
            run.Error.ShouldBeEmpty();
            return run;
        }
    }
}
