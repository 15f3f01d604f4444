using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

public sealed class DeliveryTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_driver_takes_an_order_tours_with_it_and_hands_it_over()
    {
        var id = await _service.InAsync(OrderStatus.Ready);
        var driver = _service.As("driver");

        (await IdsAsync("/api/delivery/ready")).ShouldBe([id]);
        (await driver.PostAsync($"/api/delivery/{id}/take").JsonAsync()).GetProperty("driver").GetString().ShouldBe("driver-1");
        (await IdsAsync("/api/delivery/ready")).ShouldBeEmpty();
        (await IdsAsync("/api/delivery/tour")).ShouldBe([id]);
        var order = await driver.PostAsync($"/api/delivery/{id}/delivered").JsonAsync();

        order.GetProperty("status").GetString().ShouldBe("delivered");
        order.GetProperty("payment").GetProperty("status").GetString().ShouldBe("paid");
        (await IdsAsync("/api/delivery/tour")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_many_takes_at_once_one_succeeds()
    {
        var id = await _service.InAsync(OrderStatus.Ready);
        var driver = _service.As("driver");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => driver.PostAsync($"/api/delivery/{id}/take")));

        answers.Select(answer => (int)answer.StatusCode).Order().ShouldBe([200, .. Enumerable.Repeat(409, 9)]);
    }

    [Fact]
    public async Task What_another_driver_has_is_not_mine_to_hand_over()
    {
        var id = await _service.InAsync(OrderStatus.Ready);
        await _service.As("manager").PostAsync($"/api/delivery/{id}/take").JsonAsync();

        await _service.As("driver").PostAsync($"/api/delivery/{id}/delivered").ProblemAsync(409, "illegal-transition");
        (await IdsAsync("/api/delivery/tour")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pickup_is_not_offered_to_drivers_and_is_handed_over_from_ready()
    {
        var id = await _service.InAsync(OrderStatus.Ready, fulfilment: "pickup");

        (await IdsAsync("/api/delivery/ready")).ShouldBeEmpty();
        await _service.As("driver").PostAsync($"/api/delivery/{id}/take").ProblemAsync(409, "illegal-transition");
        (await _service.As("driver").PostAsync($"/api/delivery/{id}/delivered").JsonAsync())
            .GetProperty("status")
            .GetString()
            .ShouldBe("delivered");
    }

    [Fact]
    public async Task Pickups_that_nobody_fetches_do_not_hide_what_is_to_be_driven()
    {
        foreach (var n in Enumerable.Range(0, 250))
        {
            var (order, _) = Order.Place(
                Orders.New() with
                {
                    Id = $"pickup-{n}",
                    Fulfilment = MariosPizzeria.Contracts.V1.Fulfilment.Pickup,
                },
                Orders.By(Orders.Customer)
            );
            typeof(Order).GetProperty(nameof(Order.Status))!.SetValue(order, OrderStatus.Ready);
            await _service.Get<IRepository<Order>>().AddAsync(order, [], handled: null, CancellationToken.None);
        }

        var id = await _service.InAsync(OrderStatus.Ready);

        (await IdsAsync("/api/delivery/ready")).ShouldBe([id]);
    }

    [Theory]
    [InlineData("customer")]
    [InlineData("chef")]
    public async Task Delivering_is_for_drivers_and_managers(string role)
    {
        await _service.As(role).ReadAsync("/api/delivery/ready").ProblemAsync(403, "forbidden");
        await _service.As(role).ReadAsync("/api/delivery/tour").ProblemAsync(403, "forbidden");
        await _service.As(role).PostAsync("/api/delivery/x/take").ProblemAsync(403, "forbidden");
        await _service.As(role).PostAsync("/api/delivery/x/delivered").ProblemAsync(403, "forbidden");
    }

    [Fact]
    public async Task An_unknown_order_is_not_found() =>
        await _service.As("driver").PostAsync("/api/delivery/no-such-order/take").ProblemAsync(404, "not-found");

    private async Task<string?[]> IdsAsync(string path) =>
        [
            .. (await _service.As("driver").ReadAsync(path).JsonAsync())
                .GetProperty("items")
                .EnumerateArray()
                .Select(order => order.GetProperty("id").GetString()),
        ];
}
