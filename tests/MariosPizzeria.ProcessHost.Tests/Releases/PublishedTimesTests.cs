using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Releases;
using MariosPizzeria.ProcessHost.Tests.Hosting;
using MariosPizzeria.ProcessHost.Tests.Measuring;

namespace MariosPizzeria.ProcessHost.Tests.Releases;

/// <summary>
/// Times on pages, rendered by the output that an image contains, with an image's environment: no locale, a time zone by its name, and the
/// base image's variable that enables cultures (set by Microsoft's Dockerfile of the chiseled-extra images).
/// </summary>
public sealed partial class PublishedTimesTests(PublishedProduct product) : IClassFixture<PublishedProduct>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    // Times before and after both clock changes of 2026 in Rome: 29 March 01:00 UTC and 25 October 01:00 UTC.
    private const string Order = """
        {"id":"o1","number":7,"status":"delivered","customer":{"id":"guest","name":"Anna","phone":"+39 055 123456","address":"Via Roma 1"},
         "items":[{"lineId":"1","pizzaId":"margherita","name":"Margherita","size":"medium","toppings":[],"extraToppings":[],"quantity":2,
         "unitPrice":16.89,"lineTotal":33.78}],"total":33.78,"currency":"USD","fulfilment":"delivery","paymentMethod":"cash",
         "payment":{"status":"paid"},"placedAt":"2026-03-29T00:30:00Z","confirmedAt":"2026-03-29T00:59:59Z",
         "cookingStartedAt":"2026-03-29T01:00:00Z","deliveringAt":"2026-10-25T00:59:59Z","deliveredAt":"2026-10-25T01:00:00Z",
         "requestedFor":"2026-10-25T02:00:00Z","estimatedReadyAt":"2026-10-25T02:00:00Z","version":3}
        """;

    [Fact]
    public async Task Pages_show_the_shops_time_and_the_readers_language_on_both_sides_of_both_clock_changes()
    {
        using var services = new CannedServer(
            $"""
            HTTP/1.1 200 OK
            Content-Type: application/json
            Content-Length: {Order.ReplaceLineEndings("\r\n").Length}

            {Order}
            """
        );
        var port = LoopbackPort.Free();
        using var gateway = Start(services.Address, port);
        try
        {
            using var reader = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await UntilServingAsync(reader, gateway);

            (await TimesAsync(reader, "en")).ShouldBe([
                ("2026-10-25T02:00:00Z", "Sunday 25, 03:00"),
                ("2026-03-29T00:59:59Z", "01:59"),
                ("2026-03-29T01:00:00Z", "03:00"),
                ("2026-10-25T00:59:59Z", "02:59"),
                ("2026-10-25T01:00:00Z", "02:00"),
                ("2026-03-29T00:30:00Z", "Mar 29, 01:30"),
            ]);
            (await TimesAsync(reader, "it"))
                .Select(time => time.Text)
                .ShouldBe(["domenica 25, 03:00", "01:59", "03:00", "02:59", "02:00", "29 mar, 01:30"]);
        }
        finally
        {
            gateway.Kill();
            await gateway.WaitForExitAsync(Eventually.Soon);
        }
    }

    [Fact]
    public async Task Where_pages_are_made_cultures_are_on_and_elsewhere_off()
    {
        foreach (var project in PublishedProduct.Manifest.Projects)
        {
            var file = Path.Combine(FolderOf(project.Assembly), $"{project.Assembly}.runtimeconfig.json");
            using var configuration = JsonDocument.Parse(await File.ReadAllTextAsync(file));

            configuration
                .RootElement.GetProperty("runtimeOptions")
                .GetProperty("configProperties")
                .GetProperty("System.Globalization.Invariant")
                .GetBoolean()
                .ShouldBe(project.Name != "gateway", file);
        }
    }

    private static async Task<(string Machine, string Text)[]> TimesAsync(HttpClient reader, string language)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/track/t1");
        request.Headers.Add("Accept-Language", language);
        using var answer = await reader.SendAsync(request);
        var html = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, html);
        return [.. Time().Matches(html).Select(time => (time.Groups["machine"].Value, time.Groups["text"].Value))];
    }

    private static async Task UntilServingAsync(HttpClient reader, Process gateway)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if ((await reader.GetAsync("/health")).StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // The gateway does not listen yet.
            }

            gateway.HasExited.ShouldBeFalse("it serves");
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(Deadline, "it serves");
            await Task.Delay(50);
        }
    }

    private Process Start(Uri services, int port)
    {
        var gateway = PublishedProduct.Manifest.Projects.Single(project => project.Name == "gateway").Assembly;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(FolderOf(gateway), $"{gateway}.dll")])
        {
            WorkingDirectory = FolderOf(gateway),
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "false";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["SERVER_HOST"] = "127.0.0.1";
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["LOG_LEVEL"] = "Critical";
        start.Environment["Shop__TimeZone"] = "Europe/Rome";
        foreach (var service in (string[])["menu", "order", "kitchen"])
        {
            start.Environment[$"services__{service}__http__0"] = services.AbsoluteUri;
        }

        return Process.Start(start)!;
    }

    private string FolderOf(string assembly) => Path.Combine(product.Folder, Artifact.ProcessesFolder, assembly);

    [GeneratedRegex(
        "<time datetime=\"(?<machine>[^\"]+)\">(?<text>[^<]+)</time>",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Time();
}
