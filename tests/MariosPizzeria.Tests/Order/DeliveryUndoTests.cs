using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

public sealed class DeliveryUndoTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task What_was_handed_over_by_mistake_is_taken_back_once_and_cash_is_due_again()
    {
        var (id, driver) = (await _service.InAsync(OrderStatus.Ready), _service.As("driver"));
        await driver.PostAsync($"/api/delivery/{id}/take").JsonAsync();
        await driver.PostAsync($"/api/delivery/{id}/delivered").JsonAsync();

        var undone = await driver.PostAsync($"/api/delivery/{id}/undo").JsonAsync();

        undone.GetProperty("status").GetString().ShouldBe("delivering");
        undone.GetProperty("deliveredAt").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        undone.GetProperty("payment").GetProperty("status").GetString().ShouldBe("cash_due");
        await driver.PostAsync($"/api/delivery/{id}/undo").ProblemAsync(409, "illegal-transition");
        (await driver.PostAsync($"/api/delivery/{id}/delivered").JsonAsync())
            .GetProperty("payment")
            .GetProperty("status")
            .GetString()
            .ShouldBe("paid");
        (await driver.PostAsync($"/api/delivery/{id}/undo").JsonAsync()).GetProperty("status").GetString().ShouldBe("delivering");
        (await StoryAsync(id))[^4..].ShouldBe(["OrderDelivered", "DeliveryUndone", "OrderDelivered", "DeliveryUndone"]);
    }

    [Fact]
    public async Task After_two_minutes_and_by_another_driver_nothing_is_taken_back()
    {
        var (id, driver) = (await _service.InAsync(OrderStatus.Ready), _service.As("driver"));
        await driver.PostAsync($"/api/delivery/{id}/undo").ProblemAsync(409, "illegal-transition");
        await _service.As("manager").PostAsync($"/api/delivery/{id}/take").JsonAsync();
        await _service.As("manager").PostAsync($"/api/delivery/{id}/delivered").JsonAsync();
        await driver.PostAsync($"/api/delivery/{id}/undo").ProblemAsync(409, "illegal-transition");

        await _service.LaterAsync(TimeSpan.FromSeconds(121));

        await _service.As("manager").PostAsync($"/api/delivery/{id}/undo").ProblemAsync(409, "illegal-transition");
    }

    [Fact]
    public async Task A_pickup_that_was_not_fetched_is_ready_again()
    {
        var id = await _service.InAsync(OrderStatus.Ready, fulfilment: "pickup");
        await _service.As("manager").PostAsync($"/api/delivery/{id}/delivered").JsonAsync();

        (await _service.As("driver").PostAsync($"/api/delivery/{id}/undo").JsonAsync()).GetProperty("status").GetString().ShouldBe("ready");
    }

    [Fact]
    public async Task What_could_not_be_handed_over_is_ready_again_for_any_driver()
    {
        var (id, driver) = (await _service.InAsync(OrderStatus.Ready), _service.As("driver"));
        await driver.PostAsync($"/api/delivery/{id}/failed", new { reason = "nobody at home" }).ProblemAsync(409, "illegal-transition");
        await driver.PostAsync($"/api/delivery/{id}/take").JsonAsync();
        await driver.PostAsync($"/api/delivery/{id}/failed", new { reason = "" }).ProblemAsync(400, "validation");

        var failed = await driver.PostAsync($"/api/delivery/{id}/failed", new { reason = "nobody at home" }).JsonAsync();

        failed.GetProperty("status").GetString().ShouldBe("ready");
        failed.GetProperty("driver").GetString().ShouldBeNull();
        failed.GetProperty("deliveryFailure").GetString().ShouldBe("nobody at home");
        await driver.PostAsync($"/api/delivery/{id}/failed", new { reason = "again" }).ProblemAsync(409, "illegal-transition");
        (await TourAsync("driver")).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await _service.As("manager").PostAsync($"/api/delivery/{id}/take").JsonAsync())
            .GetProperty("driver")
            .GetString()
            .ShouldBe("manager-1");
    }

    [Fact]
    public async Task A_driver_is_told_what_cash_to_hand_in_of_the_shops_day()
    {
        var driver = _service.As("driver");
        foreach (var method in new[] { "cash", "credit_card", "cash" })
        {
            var id = await _service.InAsync(OrderStatus.Ready, method);
            await driver.PostAsync($"/api/delivery/{id}/take").JsonAsync();
            await driver.PostAsync($"/api/delivery/{id}/delivered").JsonAsync();
        }

        var others = await _service.InAsync(OrderStatus.Ready);
        await _service.As("manager").PostAsync($"/api/delivery/{others}/take").JsonAsync();
        await _service.As("manager").PostAsync($"/api/delivery/{others}/delivered").JsonAsync();

        var tour = await TourAsync("driver");
        tour.GetProperty("cashToHandIn").GetRawText().ShouldBe("67.56");
        tour.GetProperty("delivered").GetArrayLength().ShouldBe(3);
        await _service.LaterAsync(TimeSpan.FromDays(1));
        (await TourAsync("driver")).GetProperty("cashToHandIn").GetRawText().ShouldBe("0.00");
    }

    [Fact]
    public void An_earlier_version_shows_what_was_known_then_whatever_was_taken_back_since()
    {
        var order = Orders.In(OrderStatus.Ready, PaymentMethod.Cash);
        var seen = new List<(OrderStatus Status, PaymentStatus Payment, string? Driver, DateTimeOffset? At)>();
        foreach (
            var step in new Func<Result<IReadOnlyList<Event>>>[]
            {
                () => order.Take(Orders.By(Orders.Driver, 4)),
                () => order.HandOver(byManager: false, Orders.By(Orders.Driver, 5)),
                () => order.UndoHandOver(byManager: false, Orders.By(Orders.Driver, 6)),
                () => order.FailDelivery("nobody at home", byManager: false, Orders.By(Orders.Driver, 7)),
                () => order.Take(Orders.By("driver-2", 8)),
                () => order.HandOver(byManager: false, Orders.By("driver-2", 9)),
            }
        )
        {
            step().OrThrow();
            order.Version++;
            seen.Add(Shown(order));
        }

        seen.Select(state => state.Status)
            .ShouldBe([
                OrderStatus.Delivering,
                OrderStatus.Delivered,
                OrderStatus.Delivering,
                OrderStatus.Ready,
                OrderStatus.Delivering,
                OrderStatus.Delivered,
            ]);
        Enumerable.Range(1, seen.Count).Select(version => Shown(order.AsOf(version))).ShouldBe(seen);
        order.Corruptions().ShouldBeEmpty();

        static (OrderStatus, PaymentStatus, string?, DateTimeOffset?) Shown(Order state) =>
            (state.Status, state.PaymentStatus, state.Driver, state.DeliveredAt ?? state.DeliveringAt);
    }

    [Fact]
    public void Repair_follows_the_last_word_and_not_every_event_that_ever_came()
    {
        var order = Orders.In(OrderStatus.Delivered);
        order.UndoHandOver(byManager: false, Orders.By(Orders.Driver, 6)).OrThrow();
        order.Corruptions().ShouldBeEmpty();
        order.FailDelivery("nobody at home", byManager: false, Orders.By(Orders.Driver, 7)).OrThrow();
        order.Corruptions().ShouldBeEmpty();

        typeof(Order).GetProperty(nameof(Order.Status))!.SetValue(order, OrderStatus.Delivered);
        typeof(Order).GetProperty(nameof(Order.DeliveredAt))!.SetValue(order, Orders.Start.AddMinutes(5));
        order.Repair("backup", Orders.By("operator")).OrThrow();

        (order.Status, order.DeliveringAt, order.DeliveredAt).ShouldBe((OrderStatus.Ready, null, null));
    }

    [Fact]
    public void What_is_told_again_has_the_version_with_which_it_happened()
    {
        var order = Orders.In(OrderStatus.Delivering);
        order.Version = 6;
        var failed = (DeliveryFailed)order.FailDelivery("nobody at home", byManager: false, Orders.By(Orders.Driver, 7)).OrThrow()[0];
        order.Version = 9;

        var again = order.RepublishEvents(Orders.By("scheduler", 30)).OrThrow().ShouldHaveSingleItem().ShouldBeOfType<DeliveryFailed>();

        (again.EventId, again.OrderVersion, again.Reason).ShouldBe((failed.EventId, 7L, "nobody at home"));
        Orders.In(OrderStatus.Ready).RepublishEvents(Orders.By("scheduler", 30)).OrThrow().ShouldBeEmpty();
    }

    [Fact]
    public void Only_the_first_handing_over_is_one_that_the_customer_is_to_be_told_of()
    {
        var order = Orders.In(OrderStatus.Delivering);

        var first = (OrderDelivered)order.HandOver(byManager: false, Orders.By(Orders.Driver, 5)).OrThrow()[0];
        order.UndoHandOver(byManager: false, Orders.By(Orders.Driver, 6)).OrThrow();
        var second = (OrderDelivered)order.HandOver(byManager: false, Orders.By(Orders.Driver, 7)).OrThrow()[0];

        (first.IsRepeated, second.IsRepeated).ShouldBe((false, true));
    }

    [Fact]
    public void Cash_of_a_cancelled_order_was_never_collected()
    {
        var order = Orders.In(OrderStatus.Cooking, PaymentMethod.Cash);
        order.PaymentStatus.ShouldBe(PaymentStatus.CashDue);

        order.RequestCancellation("burnt", byManager: true, Orders.By("manager-1", 4)).OrThrow();

        order.PaymentStatus.ShouldBe(PaymentStatus.Pending);
        typeof(Order).GetProperty(nameof(Order.PaymentStatus))!.SetValue(order, PaymentStatus.CashDue);
        order.PaymentNow().ShouldBe(PaymentStatus.Pending, "of one that an earlier release cancelled");
    }

    private Task<System.Text.Json.JsonElement> TourAsync(string who) => _service.As(who).ReadAsync("/api/delivery/tour").JsonAsync();

    private async Task<string[]> StoryAsync(string id) =>
        [
            .. (await _service.As("manager").ReadAsync($"/api/orders/{id}/timeline").JsonAsync())
                .GetProperty("events")
                .EnumerateArray()
                .Select(e => e.GetProperty("type").GetString()!),
        ];
}
