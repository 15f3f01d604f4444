using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

public sealed class DeliveryTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_driver_takes_an_order_tours_with_it_and_hands_it_over()
    {
        var id = await _service.In(OrderStatus.Ready);
        var driver = _service.As("driver");

        (await Ids("/api/delivery/ready")).ShouldBe([id]);
        (await driver.Post($"/api/delivery/{id}/take").Json()).GetProperty("driver").GetString().ShouldBe("driver-1");
        (await Ids("/api/delivery/ready")).ShouldBeEmpty();
        (await Ids("/api/delivery/tour")).ShouldBe([id]);
        var order = await driver.Post($"/api/delivery/{id}/delivered").Json();

        order.GetProperty("status").GetString().ShouldBe("delivered");
        order.GetProperty("payment").GetProperty("status").GetString().ShouldBe("paid");
        (await Ids("/api/delivery/tour")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_many_takes_at_once_one_succeeds()
    {
        var id = await _service.In(OrderStatus.Ready);
        var driver = _service.As("driver");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => driver.Post($"/api/delivery/{id}/take")));

        answers.Select(answer => (int)answer.StatusCode).Order().ShouldBe([200, .. Enumerable.Repeat(409, 9)]);
    }

    [Fact]
    public async Task What_another_driver_has_is_not_mine_to_hand_over()
    {
        var id = await _service.In(OrderStatus.Ready);
        await _service.As("manager").Post($"/api/delivery/{id}/take").Json();

        await _service.As("driver").Post($"/api/delivery/{id}/delivered").Problem(409, "illegal-transition");
        (await Ids("/api/delivery/tour")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pickup_is_not_offered_to_drivers_and_is_handed_over_from_ready()
    {
        var id = await _service.In(OrderStatus.Ready, fulfilment: "pickup");

        (await Ids("/api/delivery/ready")).ShouldBeEmpty();
        await _service.As("driver").Post($"/api/delivery/{id}/take").Problem(409, "illegal-transition");
        (await _service.As("driver").Post($"/api/delivery/{id}/delivered").Json()).GetProperty("status").GetString().ShouldBe("delivered");
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
            await _service.Get<IRepository<Order>>().Add(order, [], handled: null, CancellationToken.None);
        }

        var id = await _service.In(OrderStatus.Ready);

        (await Ids("/api/delivery/ready")).ShouldBe([id]);
    }

    [Theory]
    [InlineData("customer")]
    [InlineData("chef")]
    public async Task Delivering_is_for_drivers_and_managers(string role)
    {
        await _service.As(role).Read("/api/delivery/ready").Problem(403, "forbidden");
        await _service.As(role).Read("/api/delivery/tour").Problem(403, "forbidden");
        await _service.As(role).Post("/api/delivery/x/take").Problem(403, "forbidden");
        await _service.As(role).Post("/api/delivery/x/delivered").Problem(403, "forbidden");
    }

    [Fact]
    public async Task An_unknown_order_is_not_found() =>
        await _service.As("driver").Post("/api/delivery/no-such-order/take").Problem(404, "not-found");

    private async Task<string?[]> Ids(string path) =>
        [
            .. (await _service.As("driver").Read(path).Json())
                .GetProperty("items")
                .EnumerateArray()
                .Select(order => order.GetProperty("id").GetString()),
        ];
}
