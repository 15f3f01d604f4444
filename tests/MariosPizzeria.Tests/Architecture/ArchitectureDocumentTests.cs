using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService;
using MariosPizzeria.MenuService;
using MariosPizzeria.OrderService;
using MariosPizzeria.Worker;
using MassTransit;

namespace MariosPizzeria.Tests.Architecture;

/// <summary><c>docs/architecture.md</c> names files, members, events and queues: each of them is there.</summary>
public sealed class ArchitectureDocumentTests
{
    private const int MostFiles = 30;

    private static readonly string Document = File.ReadAllText(Path.Combine(SourceTree.Root, "docs/architecture.md"));

    [Fact]
    public void The_way_of_an_order_leads_through_files_and_members_that_exist()
    {
        var steps = Rows("The way of one order").ToList();

        steps.Select(step => step[1]).Distinct().Count().ShouldBeInRange(15, MostFiles);
        foreach (var step in steps)
        {
            var file = Path.Combine(SourceTree.Root, step[1]);
            File.Exists(file).ShouldBeTrue(step[1]);
            File.ReadAllText(file).ShouldContain(step[2], Case.Sensitive, step[1]);
        }
    }

    [Fact]
    public void Every_event_stands_there_with_the_queues_of_its_consumers()
    {
        var consumers =
            from registration in new[] { typeof(MenuRegistration), typeof(OrderRegistration), typeof(KitchenRegistration), typeof(Work) }
            from type in registration.Assembly.GetTypes()
            where type.IsDefined(typeof(ConsumerNamesAttribute), inherit: false)
            from consumed in type.GetInterfaces()
            where consumed.IsGenericType && consumed.GetGenericTypeDefinition() == typeof(IConsumer<>)
            select (Event: consumed.GenericTypeArguments[0].Name, ConsumerNamesAttribute.Of(type).Queue);
        var queues = consumers.ToLookup(consumer => consumer.Event, consumer => consumer.Queue);

        Rows("Events")
            .Select(row => $"{row[0]}: {row[2]}".TrimEnd())
            .ShouldBe(
                EventCatalog.All.Select(type =>
                    $"{type.Name}: {string.Join(", ", queues[type.Name].Order(StringComparer.Ordinal))}".TrimEnd()
                ),
                ignoreOrder: true
            );
    }

    [Fact]
    public void The_drawing_has_every_process_of_the_manifest()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(SourceTree.Root, "aspire-manifest.json")));
        var drawing = Document.Split("```")[1];

        foreach (var resource in manifest.RootElement.GetProperty("resources").EnumerateObject())
        {
            if (resource.Value.GetProperty("type").GetString() == "project.v0")
            {
                drawing.ShouldMatch($@"\b{resource.Name}\b");
            }
        }
    }

    private static IEnumerable<string[]> Rows(string heading) =>
        Document[Document.IndexOf($"## {heading}", StringComparison.Ordinal)..]
            .Split("\n## ")[0]
            .Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1)
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries));
}
