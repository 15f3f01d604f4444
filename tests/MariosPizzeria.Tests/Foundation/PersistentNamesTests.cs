using System.Text.RegularExpressions;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Tests.InProcess;
using MariosPizzeria.Tests.Kitchen;
using MariosPizzeria.Tests.Menu;
using MariosPizzeria.Tests.Ordering;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>
/// The names of queues, events and message types are in running brokers and stores: two releases side by side, and a rollback, need
/// them unchanged, whatever the classes are called.
/// </summary>
public sealed partial class PersistentNamesTests
{
    [Fact]
    public async Task Queues_keep_their_names()
    {
        await using var menu = new MenuFactory();
        await using var order = new OrderFactory();
        await using var kitchen = new KitchenFactory();
        await using var worker = new WorkerFactory(() => order.Server.CreateHandler());

        var queues = new[] { menu.Services, order.Services, kitchen.Services, worker.Services }.SelectMany(QueuesOf);

        queues.Order(StringComparer.Ordinal).ShouldBe(["?"]);
    }

    [Fact]
    public void Events_keep_their_names_and_their_message_types() =>
        EventCatalog
            .All.Select(type => $"{type.Name} {MessageUrn.ForTypeString(type)}")
            .Order(StringComparer.Ordinal)
            .ShouldBe(["?"]);

    private static IEnumerable<string> QueuesOf(IServiceProvider services) =>
        Queue()
            .Matches(services.GetRequiredService<IBus>().GetProbeResult().ToJsonString())
            .Select(queue => queue.Groups["name"].Value)
            .Distinct(StringComparer.Ordinal);

    [GeneratedRegex(
        "\"inputAddress\": \"loopback://localhost/(?<name>[a-z0-9-]+)\"",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        Timeout.Infinite
    )]
    private static partial Regex Queue();
}
