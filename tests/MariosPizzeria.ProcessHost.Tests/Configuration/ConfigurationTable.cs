using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Tests.Releases;

namespace MariosPizzeria.ProcessHost.Tests.Configuration;

/// <summary>A row of the table in docs/configuration.md.</summary>
internal sealed record Option(string Name, string Meaning, string Default, IReadOnlyList<string> Processes, bool Required);

/// <summary>The table in docs/configuration.md.</summary>
internal static partial class ConfigurationTable
{
    public static IReadOnlyList<Option> Read()
    {
        string[] all = [.. PublishedProduct.Manifest.Projects.Select(p => p.Name)];
        return
        [
            .. File.ReadLines(Path.Combine(PublishedProduct.Root, "docs", "configuration.md"))
                .Select(line => Line().Match(line))
                .Where(match => match.Success)
                .Select(match => new Option(
                    match.Groups["name"].Value,
                    match.Groups["meaning"].Value,
                    match.Groups["default"].Value,
                    match.Groups["processes"].Value == "all" ? all : match.Groups["processes"].Value.Split(", "),
                    match.Groups["required"].Value == "yes"
                )),
        ];
    }

    [GeneratedRegex(
        @"^\| `(?<name>\w+)` \| (?<meaning>.+) \| (?<default>.+) \| (?<processes>[a-z, ]+) \| (?<required>yes|no) \|$",
        RegexOptions.ExplicitCapture,
        Timeout.Infinite
    )]
    private static partial Regex Line();
}
