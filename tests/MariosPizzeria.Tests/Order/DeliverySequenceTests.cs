using System.Net.Http.Headers;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.BuildingBlocks.Streaming;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Features;
using MariosPizzeria.Tests.InProcess;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Ordering;

public sealed class DeliverySequenceTests : IAsyncDisposable
{
    private static readonly DeliveryTerms Terms = new() { Area = ["00184", "SW1A 1AA", "00199"] };

    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public void The_postcode_that_is_listed_first_is_first_and_an_unknown_one_last() =>
        Sequence(
                Terms,
                ("unknown", "Via Po 1, 20121 Milano", 20),
                ("third", "Via Po 1, 00199 Roma", 21),
                ("none", null, 22),
                ("first", "Via Po 1, 00184 Roma", 23),
                ("second", "10 Downing St\nsw1a-1aa", 24)
            )
            .ShouldBe(["first", "second", "third", "unknown", "none"]);

    [Fact]
    public void At_the_same_distance_the_earliest_promise_is_first() =>
        Sequence(Terms, ("later", "00199", 40), ("near", "00184", 50), ("earlier", "00199", 30)).ShouldBe(["near", "earlier", "later"]);

    [Fact]
    public void A_promise_that_is_broken_or_due_within_ten_minutes_does_not_wait_for_nearer_orders() =>
        Sequence(Terms, ("near", "00184", 10), ("soon", "20121", 9.9), ("broken", "00199", -30), ("nearest, soon", "00184", 5))
            .ShouldBe(["broken", "nearest, soon", "soon", "near"]);

    [Fact]
    public void Without_a_delivery_area_the_earliest_promise_is_first() =>
        Sequence(DeliveryTerms.Free, ("later", "00184", 40), ("earlier", "00199", 30)).ShouldBe(["earlier", "later"]);

    [Fact]
    public async Task A_driver_reads_in_this_sequence_what_waits_and_what_is_under_way()
    {
        await using var host = Configured(TimeSpan.FromMinutes(1));
        using var driver = Driver(host);
        await AddAsync(host, ("far", "00199", 30), ("near", "00184", 40), ("soon", "20121", 5));

        (await IdsAsync(driver, "/api/delivery/ready")).ShouldBe(["soon", "near", "far"]);
        foreach (var id in new[] { "near", "far", "soon" })
        {
            await driver.PostAsync($"/api/delivery/{id}/take").JsonAsync();
        }

        (await IdsAsync(driver, "/api/delivery/tour")).ShouldBe(["soon", "near", "far"]);
    }

    [Fact]
    public async Task A_driver_is_shown_the_new_sequence_when_a_promise_is_soon_due_though_no_order_changed()
    {
        await using var host = Configured(sortInterval: TimeSpan.FromMilliseconds(50));
        using var driver = Driver(host);
        await AddAsync(host, ("far", "00199", 12), ("near", "00184", 40));
        using var viewer = await EventReader.ConnectAsync(driver, "/api/delivery/stream");
        Ids((await viewer.NextAsync()).Data.GetProperty("ready")).ShouldBe(["near", "far"]);

        _service.Clock.Advance(TimeSpan.FromMinutes(3));

        Ids((await viewer.NextAsync()).Data.GetProperty("ready")).ShouldBe(["far", "near"]);
    }

    private static string[] Sequence(DeliveryTerms terms, params (string Id, string? Address, double Minutes)[] orders) =>
        [
            .. orders
                .Select(order => Ready(order.Id, order.Address, Orders.Start.AddMinutes(order.Minutes)))
                .InDeliverySequence(terms, Orders.Start)
                .Select(order => order.Id),
        ];

    private static Order Ready(string id, string? address, DateTimeOffset promisedAt)
    {
        var placed = Orders.New(PaymentMethod.Cash);
        placed = placed with { Id = id, Customer = placed.Customer with { Address = address }, PromisedAt = promisedAt };
        var order = Order.Place(placed, Orders.By(Orders.Customer)).Order;
        order.Apply(Orders.Started() with { OrderId = id }).OrThrow();
        order.Apply(Orders.Ready() with { OrderId = id }).OrThrow();
        return order;
    }

    private async Task AddAsync(WebApplicationFactory<Order> host, params (string Id, string Address, double Minutes)[] orders)
    {
        foreach (var (id, address, minutes) in orders)
        {
            var order = Ready(id, address, _service.Clock.GetUtcNow().AddMinutes(minutes));
            var repository = host.Services.GetRequiredService<IRepository<Order>>();
            (await repository.AddAsync(order, [], handled: null, CancellationToken.None)).ShouldBeTrue();
        }
    }

    private static async Task<string?[]> IdsAsync(HttpClient driver, string path) =>
        Ids((await driver.ReadAsync(path).JsonAsync()).GetProperty("items"));

    private static string?[] Ids(JsonElement orders) => [.. orders.EnumerateArray().Select(order => order.GetProperty("id").GetString())];

    private WebApplicationFactory<Order> Configured(TimeSpan sortInterval) =>
        _service.WithWebHostBuilder(builder =>
            builder
                .UseSetting("Shop:DeliveryArea", string.Join(',', Terms.Area))
                .ConfigureTestServices(services =>
                    services.AddSingleton(provider => new StreamDelivery(
                        provider.GetRequiredService<IRepository<Order>>(),
                        provider.GetRequiredService<HandOverOrder>(),
                        provider.GetRequiredService<ChangeFeed<Order>>(),
                        provider.GetRequiredService<DeliveryTerms>(),
                        provider.GetRequiredService<TimeProvider>()
                    )
                    {
                        SortInterval = sortInterval,
                    })
                )
        );

    private static HttpClient Driver(WebApplicationFactory<Order> host)
    {
        var client = host.CreateClient();
        var token = host
            .Services.GetRequiredService<AccessTokenIssuer>()
            .Issue(Orders.Driver, "Somebody", ["driver"], TimeSpan.FromMinutes(10));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
