using System.IO.Enumeration;
using MariosPizzeria.ProcessHost.Tests.Releases;
using YamlDotNet.Serialization;

namespace MariosPizzeria.ProcessHost.Tests.Deploy;

/// <summary>The log collector of a cluster reads the files with the processes' lines, in the format in which they are written.</summary>
public sealed class FluentBitTests
{
    private static readonly IReadOnlyList<Section> Sections = Read("fluent-bit.conf");

    [Theory]
    [InlineData("staging")]
    [InlineData("production")]
    public void The_lines_of_every_environment_are_gathered(string environment)
    {
        var path = Section.The(Sections, "INPUT", "tail")["Path"];
        var kustomization = new DeserializerBuilder()
            .Build()
            .Deserialize<Dictionary<string, object>>(
                File.ReadAllText(Path.Combine(PublishedProduct.Root, "deploy", "kubernetes", "overlays", environment, "kustomization.yaml"))
            );

        // The file names on a node: pod, namespace, container and its id.
        foreach (var project in PublishedProduct.Manifest.Projects)
        {
            FileSystemName
                .MatchesSimpleExpression(
                    path,
                    $"/var/log/containers/{project.Name}-5d9c7b_{kustomization["namespace"]}_{project.Name}-0123abcd.log"
                )
                .ShouldBeTrue(path);
        }

        FileSystemName.MatchesSimpleExpression(path, "/var/log/containers/coredns-1_kube-system_coredns-0123abcd.log").ShouldBeFalse(path);
    }

    [Fact]
    public void A_line_is_read_as_the_object_it_is_with_its_own_time()
    {
        var filter = Section.The(Sections, "FILTER", "parser");
        var parser = Section.The(Read("parsers.conf"), "PARSER", filter["Parser"]);

        Section.The(Sections, "SERVICE")["Parsers_File"].ShouldBe("parsers.conf");
        filter["Match"].ShouldBe(Section.The(Sections, "INPUT", "tail")["Tag"]);
        parser["Format"].ShouldBe("json");
        parser["Time_Key"].ShouldBe("timestamp");
        parser["Time_Format"].ShouldBe("%Y-%m-%dT%H:%M:%S.%L%z");
    }

    [Fact]
    public void It_writes_to_the_environments_collector_and_nothing_is_lost_while_that_is_away()
    {
        var output = Section.The(Sections, "OUTPUT", "opentelemetry");

        output["Match"].ShouldBe("*");
        output["Host"].ShouldBe("${LOG_COLLECTOR_HOST}");
        output["Retry_Limit"].ShouldBe("no_limits");
        Section.The(Sections, "INPUT", "tail")["storage.type"].ShouldBe("filesystem");
    }

    /// <summary>Reads the classic format: a section name in brackets, then one key and value per line.</summary>
    private static List<Section> Read(string file)
    {
        var sections = new List<Section>();
        foreach (var line in File.ReadLines(Path.Combine(PublishedProduct.Root, "deploy", "fluent-bit", file)).Select(line => line.Trim()))
        {
            if (line.StartsWith('['))
            {
                sections.Add(new(line.Trim('[', ']')));
            }
            else if (line.Length > 0 && !line.StartsWith('#'))
            {
                var pair = line.Split(' ', 2, StringSplitOptions.TrimEntries);
                pair.Length.ShouldBe(2, line);
                sections[^1].Add(pair[0], pair[1]);
            }
        }

        return sections;
    }

    private sealed class Section(string kind) : Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        public static Section The(IEnumerable<Section> sections, string kind, string? name = null) =>
            sections.Single(section => section.Kind == kind && (name is null || section["Name"] == name));

        private string Kind => kind;
    }
}
