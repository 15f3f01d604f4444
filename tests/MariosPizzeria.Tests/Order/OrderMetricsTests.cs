using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Jobs;
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

        var order = await customer.PostAsync("/api/orders", OrderFactory.Request("debit_card", "pickup")).JsonAsync(201);
        var again = await customer.PostAsync("/api/orders", OrderFactory.Request("debit_card", "pickup")).JsonAsync(201);
        await customer.PostAsync("/api/orders", new { items = Array.Empty<object>() }).ProblemAsync(422, "idempotency-mismatch");

        again.GetProperty("id").GetString().ShouldBe(order.GetProperty("id").GetString());
        placed.Seen().ShouldBe(["1 pizzeria.order.fulfilment=pickup pizzeria.payment.method=debit_card"]);
    }

    [Fact]
    public async Task A_repeat_that_the_cache_has_forgotten_counts_nothing()
    {
        using var placed = _service.Services.Measure<long>("pizzeria.orders.placed");
        var (order, events) = Order.Place(Orders.New(), Orders.By(Orders.Customer));
        var (same, eventsAgain) = Order.Place(Orders.New(), Orders.By(Orders.Customer));

        (await Stored.AddAsync(order, events, handled: null, default)).ShouldBeTrue();
        (await Stored.AddAsync(same, eventsAgain, handled: null, default)).ShouldBeFalse();

        placed.Seen().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_confirmation_counts_once_though_its_message_comes_again_and_the_order_tells_it_again()
    {
        using var confirmed = _service.Services.Measure<long>("pizzeria.orders.confirmed");
        var id = await _service.PlacedAsync();
        var paid = new PaymentSucceeded
        {
            OrderId = id,
            Amount = new(3378),
            Method = PaymentMethod.Cash,
            OccurredAt = _service.Clock.GetUtcNow(),
        };

        await _service.HearAsync(paid);
        await _service.HearAsync(paid);
        await _service.HearAsync(paid with { EventId = Guid.NewGuid() });
        await _service.ReachesAsync(id, OrderStatus.Confirmed);
        await Answers.EventuallyAsync(
            async () => (await Stored.FindAsync(id, default))!.History.Count(entry => entry.Type == nameof(PaymentSucceeded)) == 2,
            "both messages are handled"
        );
        var told = (await Stored.ChangeAsync(id, order => order.RepublishEvents(Now()), handled: null, default)).OrThrow();

        told.History.Count(entry => entry.Type == nameof(OrderConfirmed)).ShouldBe(2);
        confirmed.Seen().ShouldBe(["1 pizzeria.order.fulfilment=delivery"]);
    }

    [Fact]
    public async Task Cancellations_count_by_who_or_what_made_them_and_never_by_what_somebody_wrote()
    {
        using var cancelled = _service.Services.Measure<long>("pizzeria.orders.cancelled");

        await CancelAsync("customer", await _service.PlacedAsync(), "payment_declined");
        await CancelAsync("manager", await _service.InAsync(OrderStatus.Cooking), "burnt");
        var declined = await _service.PlacedAsync("credit_card");
        await _service.HearAsync(
            new PaymentFailed
            {
                OrderId = declined,
                Amount = new(3378),
                Reason = CancellationReasons.PaymentDeclined,
                Actor = "worker",
            }
        );
        await _service.ReachesAsync(declined, OrderStatus.Cancelled);
        await _service.PlacedAsync("credit_card");
        await _service.LaterAsync(ExpireUnpaidOrders.Timeout + TimeSpan.FromMinutes(1));
        await _service.Get<ExpireUnpaidOrders>().RunAsync(Now(), Guid.NewGuid(), default);
        await _service.Get<ExpireUnpaidOrders>().RunAsync(Now(), Guid.NewGuid(), default);

        // The event of the failed payment may have cancelled the order at the same moment.
        await Answers.EventuallyAsync(() => Task.FromResult(cancelled.Seen().Count >= 4), "each cancellation is counted");
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
        var id = await _service.InAsync(OrderStatus.Confirmed);
        await Stored.ChangeAsync(
            id,
            order => order.RequestCancellation("no", byManager: false, new("customer-1", Now().At)),
            null,
            default
        );
        await Stored.ChangeAsync(id, order => order.RepublishEvents(Now()), handled: null, default);
        await _service.ReachesAsync(id, OrderStatus.Cancelled);

        // The order can be read as cancelled a moment before the process has counted it.
        await Answers.EventuallyAsync(() => Task.FromResult(cancelled.Seen().Count >= 1), "the cancellation is counted");
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
        var id = await _service.InAsync(OrderStatus.Cooking, fulfilment: "pickup");
        var promised = (await Stored.FindAsync(id, default))!.EstimatedReadyAt;
        await _service.HearAsync(
            new OrderReady
            {
                OrderId = id,
                Chef = "chef-1",
                CookingStartedAt = Now().At,
                OccurredAt = promised.AddSeconds(late),
            }
        );
        await _service.ReachesAsync(id, OrderStatus.Ready);
        deviation.Seen().ShouldBeEmpty("nobody has it yet");

        await _service.As("driver").PostAsync($"/api/delivery/{id}/delivered").JsonAsync();
        await _service.As("driver").PostAsync($"/api/delivery/{id}/delivered").ProblemAsync(409, "illegal-transition");
        await Stored.ChangeAsync(id, order => order.RepublishEvents(Now()), handled: null, default);

        deviation.Seen().ShouldBe([expected]);
    }

    private Cause Now() => new("scheduler", _service.Clock.GetUtcNow());

    private Task<JsonElement> CancelAsync(string by, string id, string reason) =>
        _service.As(by).PostAsync($"/api/orders/{id}/cancel", new { reason }).JsonAsync();
}
