using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.Tests.Architecture;

/// <summary>What an outbox keeps can be read again.</summary>
public sealed class EventCatalogTests
{
    [Fact]
    public void Every_event_type_is_in_the_catalogue() =>
        EventCatalog
            .All.OrderBy(type => type.Name)
            .ShouldBe(
                typeof(Event)
                    .Assembly.GetTypes()
                    .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Event)))
                    .OrderBy(type => type.Name)
            );
}
