using System.Diagnostics;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Tests.Hosting;
using MariosPizzeria.ProcessHost.Tests.Releases;

namespace MariosPizzeria.ProcessHost.Tests.Deploy;

/// <summary>The published product, started line by line, as a Procfile runner does.</summary>
public sealed class ProcfileTests(PublishedProduct product) : IClassFixture<PublishedProduct>
{
    [Fact]
    public async Task The_procfile_starts_the_whole_product()
    {
        using var ports = new PortRange();
        var lines = ports.MovedTo(await File.ReadAllTextAsync(Path.Combine(PublishedProduct.Root, "deploy", "Procfile"))).Split('\n');
        var started = new List<Process>();
        try
        {
            foreach (var line in lines.Where(line => line.Length > 0 && !line.StartsWith('#')))
            {
                // Like foreman and similar tools: a shell runs the text after the name.
                var command = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..];
                var info = new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = product.Folder, RedirectStandardOutput = true };
                info.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
                var process = Process.Start(info)!;
                process.BeginOutputReadLine();
                started.Add(process);
            }

            started.Count.ShouldBe(PublishedProduct.Manifest.Projects.Count());
            for (var type = 0; type < started.Count; type++)
            {
                await Answers(ports.Url(8000 + 10 * type, "health/ready"));
            }

            // The gateway reaches the menu at the configured address.
            await Answers(ports.Url(8000, "api/menu"));
        }
        finally
        {
            started.ForEach(process => Posix.Signal(process.Id, Posix.SigTerm));
            foreach (var process in started)
            {
                await process.WaitForExitAsync(Eventually.Soon);
            }
        }

        started.ShouldAllBe(process => process.ExitCode == 0);

        static Task Answers(Uri url) =>
            Eventually.HoldsAsync(
                async () =>
                {
                    try
                    {
                        using var answer = await Playground.Http.GetAsync(url);
                        return answer.IsSuccessStatusCode;
                    }
                    catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
                    {
                        return false;
                    }
                },
                $"{url} answers"
            );
    }
}
