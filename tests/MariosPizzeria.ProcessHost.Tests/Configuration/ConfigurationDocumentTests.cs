using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Tests.Releases;

namespace MariosPizzeria.ProcessHost.Tests.Configuration;

/// <summary>docs/configuration.md matches the code.</summary>
public sealed partial class ConfigurationDocumentTests
{
    // Settings whose name in the code differs from the operator's.
    private static readonly Dictionary<string, string> Spoken = new() { ["URLS"] = "ASPNETCORE_URLS" };

    [Fact]
    public void Every_setting_that_the_code_reads_is_in_the_table_and_nothing_else_is()
    {
        var read = Code().SelectMany(SettingsIn).Append("ASPNETCORE_ENVIRONMENT").Distinct().ToList();
        var documented = ConfigurationTable.Read().Select(option => option.Name).ToList();

        read.Count.ShouldBeGreaterThan(20);
        read.Except(documented).ShouldBeEmpty("these are read and not in docs/configuration.md");
        documented.Except(read).ShouldBeEmpty("these are in docs/configuration.md and read nowhere");
    }

    [Fact]
    public void No_setting_is_in_the_table_twice()
    {
        var names = ConfigurationTable.Read().Select(option => option.Name).ToList();

        names.ShouldBe(names.Distinct());
    }

    [Fact]
    public void The_manifest_gives_each_process_what_it_requires()
    {
        foreach (var project in PublishedProduct.Manifest.Projects)
        {
            ConfigurationTable
                .Read()
                .Where(option => option.Required && option.Processes.Contains(project.Name))
                .Select(option => option.Name)
                .ShouldBeSubsetOf(project.Env.Keys, $"{project.Name} requires them");
        }
    }

    private static IEnumerable<string> Code() =>
        new[] { "MariosPizzeria.ServiceDefaults", "MariosPizzeria.BuildingBlocks", "services", "gateway" }
            .SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(PublishedProduct.Root, folder), "*.cs", SearchOption.AllDirectories)
            )
            .Select(File.ReadAllText);

    private static IEnumerable<string> SettingsIn(string text) =>
        Keys()
            .Matches(text)
            .Concat(Names().Matches(text))
            .Select(match => match.Groups["key"].Value)
            .Concat(Attachments().Matches(text).Select(match => $"ConnectionStrings__{match.Groups["name"].Value}"))
            .Concat(Clients().Matches(text).Select(match => $"services__{match.Groups["name"].Value}__http__0"))
            .Concat(
                Unrouted()
                    .Matches(text)
                    .SelectMany(match => match.Groups["name"].Captures)
                    .Select(name => $"services__{name.Value}__http__0")
            )
            .Concat(Limits().Matches(text).Select(match => $"RateLimits__{match.Groups["name"].Value}"))
            .Select(key => key.Replace(":", "__", StringComparison.Ordinal))
            .Select(key => Spoken.GetValueOrDefault(key, key));

    // Matches Configuration["X"], GetValue("X", …), and constants that hold such keys.
    [GeneratedRegex(
        @"onfiguration\[""(?<key>[\w:]+)""\]|onfiguration\.GetValue(<\w+\??>)?\(\s*""(?<key>[\w:]+)""|const string \w*Setting = ""(?<key>[\w:]+)""",
        RegexOptions.ExplicitCapture,
        Timeout.Infinite
    )]
    private static partial Regex Keys();

    // Only names of variables have this form: "SMTP_HOST", "Reports:MailTo".
    [GeneratedRegex(@"""(?<key>[A-Z][A-Z0-9]+(_[A-Z0-9]+)+|[A-Z]\w+:[A-Z]\w+)""", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Names();

    [GeneratedRegex(@"builder\.Add(Documents|Cache|Messaging)\(""(?<name>\w+)""", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Attachments();

    [GeneratedRegex(@"AddServiceClient<\w+>\(""(?<name>\w+)""", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Clients();

    [GeneratedRegex(@"Unrouted = \[(""(?<name>\w+)""(, )?)+\]", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Unrouted();

    [GeneratedRegex(@"nameof\(defaults\.(?<name>\w+)\)", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Limits();
}
