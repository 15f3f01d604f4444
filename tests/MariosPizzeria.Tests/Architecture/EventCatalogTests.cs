using System.Reflection;
using System.Text.RegularExpressions;
using MariosPizzeria.Contracts.V1;
using MassTransit;

namespace MariosPizzeria.Tests.Architecture;

/// <summary>Every event there is is told by somebody and heard by somebody.</summary>
public sealed class EventCatalogTests
{
    private static readonly Assembly[] Processes =
    [
        typeof(global::MariosPizzeria.Ordering.Domain.Order).Assembly,
        typeof(global::MariosPizzeria.Menus.Domain.Pizza).Assembly,
        typeof(global::MariosPizzeria.Kitchens.Domain.Ticket).Assembly,
        typeof(global::MariosPizzeria.Working.Payments.PaymentProvider).Assembly,
        typeof(global::MariosPizzeria.Scheduling.Ticker).Assembly,
    ];

    private static readonly IReadOnlyList<(string Path, string Text)> Sources =
    [
        .. SourceTree.Code("services").Where(file => !file.Path.StartsWith("services/Contracts", StringComparison.Ordinal)),
    ];

    public static TheoryData<string> Events => [.. EventCatalog.All.Select(type => type.Name)];

    [Fact]
    public void Every_event_type_is_in_the_catalogue() =>
        EventCatalog
            .All.OrderBy(type => type.Name)
            .ShouldBe(
                typeof(MariosPizzeria.Contracts.V1.Event)
                    .Assembly.GetTypes()
                    .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(MariosPizzeria.Contracts.V1.Event)))
                    .OrderBy(type => type.Name)
            );

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_has_a_publisher(string name)
    {
        var raised = new Regex($@"\bnew {name}\b|\b{name} \w+\([^)]*\)\s*=>\s*new\(\)", RegexOptions.None, TimeSpan.FromSeconds(1));

        Sources.ShouldContain(file => raised.IsMatch(file.Text), $"nobody raises {name}");
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_has_a_consumer_with_a_queue(string name)
    {
        var consumer = typeof(IConsumer<>).MakeGenericType(EventCatalog.TypeOf(name));

        var consumers = Processes.SelectMany(process => process.GetTypes()).Where(consumer.IsAssignableFrom).ToList();

        consumers.ShouldNotBeEmpty($"nobody consumes {name}");
        consumers.ShouldAllBe(type => Sources.Any(file => file.Text.Contains($"AddConsumer<{type.Name}>", StringComparison.Ordinal)));
    }
}
