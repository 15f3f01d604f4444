using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Manifest;
using MariosPizzeria.ProcessHost.Releases;
using MariosPizzeria.ProcessHost.Tests.Configuration;
using MariosPizzeria.ProcessHost.Tests.Hosting;

namespace MariosPizzeria.ProcessHost.Tests.Releases;

public sealed partial class PublishedProductTests(PublishedProduct product) : IClassFixture<PublishedProduct>
{
    private static readonly string[] Tests =
    [
        "xunit",
        "Shouldly",
        "FsCheck",
        "Playwright",
        "testhost",
        "Microsoft.TestPlatform",
        "StandIn",
    ];

    [Fact]
    public void An_artifact_holds_every_process_and_the_host_that_runs_them()
    {
        string[] expected =
        [
            AspireManifest.FileName,
            "host/MariosPizzeria.ProcessHost.dll",
            .. PublishedProduct.Manifest.Projects.Select(p => $"processes/{p.Assembly}/{p.Assembly}.dll"),
        ];

        expected.ShouldBeSubsetOf(Files().Select(file => Path.GetRelativePath(product.Folder, file)));
    }

    [Fact]
    public void No_test_package_reaches_what_is_published() =>
        Files()
            .Select(file => Path.GetFileName(file))
            .Where(name => Tests.Any(test => name.Contains(test, StringComparison.OrdinalIgnoreCase)))
            .ShouldBeEmpty();

    [Fact]
    public void Neither_a_secret_nor_the_place_of_the_build_is_in_what_is_published()
    {
        var place = Encoding.UTF8.GetBytes(PublishedProduct.Root + "/");
        var ours = Files()
            .Where(file => Path.GetFileName(file).StartsWith("MariosPizzeria.", StringComparison.Ordinal) || Text().IsMatch(file))
            .ToList();

        ours.Count.ShouldBeGreaterThan(20);
        ours.Where(file => File.ReadAllBytes(file).AsSpan().IndexOf(place) >= 0).ShouldBeEmpty("these name a folder of the build machine");
        ours.SelectMany(file => SecretScan.Find(File.ReadAllText(file, Encoding.Latin1)).Select(found => $"{file}: {found}"))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task A_process_without_configuration_names_all_that_production_requires_and_ends_with_one()
    {
        foreach (var project in PublishedProduct.Manifest.Projects)
        {
            var run = await RunAsync(project, []);

            run.ExitCode.ShouldBe(1, run.All);
            Named(run.Error)
                .ShouldBe(
                    ConfigurationTable.Read().Where(o => o.Required && o.Processes.Contains(project.Name)).Select(o => o.Name),
                    ignoreOrder: true,
                    $"{project.Name} says: {run.Error}"
                );
        }
    }

    [Fact]
    public async Task A_process_names_every_malformed_setting_at_once_and_never_its_value()
    {
        // Excludes settings that cannot be malformed: names, keys and hosts may be any text.
        string[] anything =
        [
            "ASPNETCORE_ENVIRONMENT",
            "SERVER_HOST",
            "LISTEN_FDS",
            "LISTEN_PID",
            "PAYMENT_API_KEY",
            "SMTP_HOST",
            "SMTP_USER",
            "SMTP_PASSWORD",
            "Oidc__Audience",
            "Oidc__RoleClaim",
            "Oidc__ClientId",
            "Oidc__ClientSecret",
            "ConnectionStrings__redis",
            "Platform__LogFile",
        ];
        foreach (var project in PublishedProduct.Manifest.Projects)
        {
            var options = ConfigurationTable.Read().Where(o => o.Processes.Contains(project.Name) && !anything.Contains(o.Name)).ToList();

            var run = await RunAsync(project, options.ToDictionary(o => o.Name, string? (_) => "hot stone"));

            run.ExitCode.ShouldBe(1, run.All);
            // PORT overrides two of them, and the protocol is only read if there is an endpoint.
            string[] hidden = ["ASPNETCORE_URLS", "HTTP_PORTS", "OTEL_EXPORTER_OTLP_PROTOCOL"];
            options.Select(o => o.Name).Except(hidden).ShouldBeSubsetOf(Named(run.Error), $"{project.Name} says: {run.Error}");
            run.All.ShouldNotContain("hot stone");
            run.All.ShouldNotContain("   at ");
        }
    }

    [Fact]
    public async Task Every_process_knows_time_zones_by_name()
    {
        foreach (var project in PublishedProduct.Manifest.Projects)
        {
            var run = await RunAsync(project, new() { ["Shop__TimeZone"] = "Europe/Rome" });

            Named(run.Error).ShouldNotBeEmpty("it says what else is missing");
            Named(run.Error).ShouldNotContain("Shop__TimeZone", run.Error);
        }
    }

    [Fact]
    public async Task In_Development_a_dotenv_file_is_read_and_a_real_variable_wins()
    {
        var menu = PublishedProduct.Manifest.Projects.First(p => p.Name == "menu");
        var place = Directory.CreateTempSubdirectory("dotenv-").FullName;
        await File.WriteAllTextAsync(Path.Combine(place, ".env"), "LOG_LEVEL=loud # not one of them\nPORT=oven\nDrain__Delay=soon\n");

        var developing = await RunIn("Development");
        var producing = await RunIn("Production");

        Directory.Delete(place, recursive: true);
        Named(developing.Error).ShouldBe(["LOG_LEVEL", "Drain__Delay"], ignoreOrder: true, developing.Error);
        Named(producing.Error).ShouldNotContain("LOG_LEVEL");

        Task<ToolResult> RunIn(string environment) =>
            ChildProcess.RunAsync(
                "dotnet",
                [Path.Combine(product.Folder, Artifact.ProcessesFolder, menu.Assembly, menu.Assembly + ".dll")],
                Eventually.Soon,
                workingDirectory: place,
                environment: new Dictionary<string, string?> { ["ASPNETCORE_ENVIRONMENT"] = environment, ["PORT"] = "0" }
            );
    }

    [Fact]
    public async Task Each_assembly_says_which_version_it_is()
    {
        var host = Path.Combine(product.Folder, Artifact.HostFolder, "MariosPizzeria.ProcessHost.dll");

        var help = await ChildProcess.RunAsync("dotnet", [host, "--help"], Eventually.Soon);

        help.ExitCode.ShouldBe(0, help.All);
        FileVersionInfo.GetVersionInfo(host).ProductVersion.ShouldNotBeNull().ShouldStartWith(PublishedProduct.Version);
    }

    private Task<ToolResult> RunAsync(ProjectResource project, Dictionary<string, string?> environment)
    {
        var folder = Path.Combine(product.Folder, Artifact.ProcessesFolder, project.Assembly);
        return ChildProcess.RunAsync(
            "dotnet",
            [Path.Combine(folder, project.Assembly + ".dll")],
            Eventually.Soon,
            workingDirectory: folder,
            environment: environment
        );
    }

    /// <summary>Returns the settings named in a process's last error message: each error starts with one.</summary>
    private static string[] Named(string error) =>
        [.. error.Split(':', 2)[^1].Split(';').Select(fault => fault.TrimStart().Split(' ')[0]).Where(name => name.Length > 0)];

    private string[] Files() => Directory.GetFiles(product.Folder, "*", SearchOption.AllDirectories);

    [GeneratedRegex(@"\.(json|config|xml|txt|env)$", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Text();
}
