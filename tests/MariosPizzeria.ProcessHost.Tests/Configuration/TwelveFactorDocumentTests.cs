using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Tests.Releases;

namespace MariosPizzeria.ProcessHost.Tests.Configuration;

/// <summary>docs/twelve-factor.md names existing tests, for every row.</summary>
public sealed partial class TwelveFactorDocumentTests
{
    // The number of rows of each factor.
    private static readonly Dictionary<string, int> Rows = new()
    {
        ["I"] = 4,
        ["II"] = 4,
        ["III"] = 6,
        ["IV"] = 7,
        ["V"] = 6,
        ["VI"] = 5,
        ["VII"] = 3,
        ["VIII"] = 5,
        ["IX"] = 7,
        ["X"] = 4,
        ["XI"] = 7,
        ["XII"] = 4,
    };

    [Fact]
    public void Every_row_of_every_factor_names_a_test_that_there_is()
    {
        var tests = Directory
            .EnumerateFiles(Path.Combine(PublishedProduct.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText)
            .SelectMany(text =>
                Class()
                    .Matches(text)
                    .SelectMany(c => Method().Matches(text).Select(m => $"{c.Groups["name"].Value}.{m.Groups["name"].Value}"))
            )
            .ToHashSet(StringComparer.Ordinal);
        var lines = File.ReadAllLines(Path.Combine(PublishedProduct.Root, "docs", "twelve-factor.md"));

        foreach (var row in Rows.SelectMany(factor => Enumerable.Range(1, factor.Value).Select(number => $"{factor.Key}.{number}")))
        {
            var line = lines.SingleOrDefault(each => each.StartsWith($"| {row} |", StringComparison.Ordinal)).ShouldNotBeNull($"row {row}");
            var named = Named().Matches(line.Split('|')[4]).Select(match => match.Groups["test"].Value).ToList();
            named.ShouldNotBeEmpty($"row {row}");
            named.ShouldAllBe(test => tests.Contains(test), $"row {row} names a test that is not there");
        }
    }

    [GeneratedRegex(@"\bclass (?<name>\w+)", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Class();

    [GeneratedRegex(@"public (async )?(Task|void) (?<name>\w+)\(", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Method();

    [GeneratedRegex(@"`(?<test>\w+\.\w+)`", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Named();
}
