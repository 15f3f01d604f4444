using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Features;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Idempotency;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

public sealed class OrderMetricsTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    private IRepository<Order> Stored => _service.Get<IRepository<Order>>();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_placed_order_counts_once_however_often_its_request_is_repeated()
    {
        using var placed = _service.Services.Measure<long>("pizzeria.orders.placed");
        using var customer = _service.As("customer");
        customer.DefaultRequestHeaders.Add(IdempotencyFilter.Header, "once");

        var order = await customer.Post("/api/orders", OrderFactory.Request("debit_card", "pickup")).Json(201);
        var again = await customer.Post("/api/orders", OrderFactory.Request("debit_card", "pickup")).Json(201);
        await customer.Post("/api/orders", new { items = Array.Empty<object>() }).Problem(422, "idempotency-mismatch");

        again.GetProperty("id").GetString().ShouldBe(order.GetProperty("id").GetString());
        placed.Seen().ShouldBe(["1 pizzeria.order.fulfilment=pickup pizzeria.payment.method=debit_card"]);
    }

    [Fact]
    public async Task A_repeat_that_the_cache_has_forgotten_counts_nothing()
    {
        using var placed = _service.Services.Measure<long>("pizzeria.orders.placed");
        var (order, events) = Order.Place(Orders.New(), Orders.By(Orders.Customer));
        var (same, eventsAgain) = Order.Place(Orders.New(), Orders.By(Orders.Customer));

        (await Stored.Add(order, events, handled: null, default)).ShouldBeTrue();
        (await Stored.Add(same, eventsAgain, handled: null, default)).ShouldBeFalse();

        placed.Seen().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_confirmation_counts_once_though_its_message_comes_again_and_the_order_tells_it_again()
    {
        using var confirmed = _service.Services.Measure<long>("pizzeria.orders.confirmed");
        var id = await _service.Placed();
        var paid = new PaymentSucceeded
        {
            OrderId = id,
            Amount = new(3378),
            Method = PaymentMethod.Cash,
            OccurredAt = _service.Clock.GetUtcNow(),
        };

        await _service.Hear(paid);
        await _service.Hear(paid);
        await _service.Hear(paid with { EventId = Guid.NewGuid() });
        await _service.Reaches(id, OrderStatus.Confirmed);
        await Answers.Eventually(
            async () => (await Stored.Find(id, default))!.History.Count(entry => entry.Type == nameof(PaymentSucceeded)) == 2,
            "both messages are handled"
        );
        var told = (await Stored.Change(id, order => order.TellAgain(Now()), handled: null, default)).OrThrow();

        told.History.Count(entry => entry.Type == nameof(OrderConfirmed)).ShouldBe(2);
        confirmed.Seen().ShouldBe(["1 pizzeria.order.fulfilment=delivery"]);
    }

    [Fact]
    public async Task Cancellations_count_by_who_or_what_made_them_and_never_by_what_somebody_wrote()
    {
        using var cancelled = _service.Services.Measure<long>("pizzeria.orders.cancelled");

        await Cancel("customer", await _service.Placed(), "payment_declined");
        await Cancel("manager", await _service.In(OrderStatus.Cooking), "burnt");
        var declined = await _service.Placed("credit_card");
        await _service.Hear(
            new PaymentFailed
            {
                OrderId = declined,
                Amount = new(3378),
                Reason = CancellationReasons.PaymentDeclined,
                Actor = "worker",
            }
        );
        await _service.Reaches(declined, OrderStatus.Cancelled);
        await _service.Placed();
        _service.Clock.Advance(ExpireUnpaidOrders.Patience + TimeSpan.FromMinutes(1));
        await _service.Get<ExpireUnpaidOrders>().Handle(Now(), default);
        await _service.Get<ExpireUnpaidOrders>().Handle(Now(), default);

        cancelled
            .Seen()
            .ShouldBe([
                "1 pizzeria.cancellation.reason=customer",
                "1 pizzeria.cancellation.reason=staff",
                "1 pizzeria.cancellation.reason=payment_declined",
                "1 pizzeria.cancellation.reason=payment_expired",
            ]);
    }

    [Fact]
    public async Task A_customers_wish_that_is_carried_out_later_is_still_the_customers()
    {
        using var cancelled = _service.Services.Measure<long>("pizzeria.orders.cancelled");
        var id = await _service.In(OrderStatus.Confirmed);
        await Stored.Change(id, order => order.RequestCancellation("no", byManager: false, new("customer-1", Now().At)), null, default);
        await Stored.Change(id, order => order.TellAgain(Now()), handled: null, default);
        await _service.Reaches(id, OrderStatus.Cancelled);

        cancelled.Seen().ShouldBe(["1 pizzeria.cancellation.reason=customer"]);
    }

    [Theory]
    [InlineData(-150, "150 pizzeria.order.fulfilment=pickup pizzeria.promise.outcome=kept")]
    [InlineData(0, "0 pizzeria.order.fulfilment=pickup pizzeria.promise.outcome=kept")]
    [InlineData(90, "90 pizzeria.order.fulfilment=pickup pizzeria.promise.outcome=broken")]
    public async Task A_promise_is_kept_or_broken_by_the_time_between_promised_and_ready_once_the_order_is_handed_over(
        int late,
        string expected
    )
    {
        using var deviation = _service.Services.Measure<double>("pizzeria.orders.promise.deviation");
        var id = await _service.In(OrderStatus.Cooking, fulfilment: "pickup");
        var promised = (await Stored.Find(id, default))!.EstimatedReadyAt;
        await _service.Hear(
            new OrderReady
            {
                OrderId = id,
                Chef = "chef-1",
                CookingStartedAt = Now().At,
                OccurredAt = promised.AddSeconds(late),
            }
        );
        await _service.Reaches(id, OrderStatus.Ready);
        deviation.Seen().ShouldBeEmpty("nobody has it yet");

        await _service.As("driver").Post($"/api/delivery/{id}/delivered").Json();
        await _service.As("driver").Post($"/api/delivery/{id}/delivered").Problem(409, "illegal-transition");
        await Stored.Change(id, order => order.TellAgain(Now()), handled: null, default);

        deviation.Seen().ShouldBe([expected]);
    }

    private Cause Now() => new("scheduler", _service.Clock.GetUtcNow());

    private Task<JsonElement> Cancel(string by, string id, string reason) =>
        _service.As(by).Post($"/api/orders/{id}/cancel", new { reason }).Json();
}
