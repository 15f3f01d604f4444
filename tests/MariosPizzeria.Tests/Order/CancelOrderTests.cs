using System.Net;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Jobs;
using MariosPizzeria.Tests.InProcess;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Ordering;

public sealed class CancelOrderTests : IAsyncDisposable
{
    private static readonly object Reason = new { reason = "changed my mind" };

    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_pending_order_is_cancelled_without_asking_the_kitchen()
    {
        var id = await _service.PlacedAsync("credit_card");

        var order = await _service.As("customer").PostAsync($"/api/orders/{id}/cancel", Reason).JsonAsync();

        order.GetProperty("status").GetString().ShouldBe("cancelled");
        order.GetProperty("cancellationReason").GetString().ShouldBe("changed my mind");
        _service.Kitchen.Calls.ShouldBe(0);
        await _service.As("customer").PostAsync($"/api/orders/{id}/cancel", Reason).ProblemAsync(409, "illegal-transition");
    }

    [Fact]
    public async Task A_confirmed_order_is_cancelled_once_the_kitchen_let_go()
    {
        var id = await _service.InAsync(OrderStatus.Confirmed);

        var order = await _service.As("customer").PostAsync($"/api/orders/{id}/cancel", Reason).JsonAsync();

        order.GetProperty("status").GetString().ShouldBe("cancelled");
        _service.Kitchen.Calls.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task When_the_kitchen_cooks_already_the_customer_is_refused_and_the_order_goes_on()
    {
        var id = await _service.InAsync(OrderStatus.Confirmed);
        _service.Kitchen.Answer = _ => StandIn.Problem(409, "illegal-transition", "it cooks");

        await _service.As("customer").PostAsync($"/api/orders/{id}/cancel", Reason).ProblemAsync(409, "illegal-transition");

        var order = (await _service.Get<IRepository<Order>>().FindAsync(id, CancellationToken.None))!;
        (order.Status, order.CancellationWish).ShouldBe((OrderStatus.Confirmed, null));
    }

    [Theory]
    [InlineData(OrderStatus.Cooking)]
    [InlineData(OrderStatus.Ready)]
    public async Task What_cooks_only_the_manager_cancels(OrderStatus status)
    {
        var id = await _service.InAsync(status);

        await _service.As("customer").PostAsync($"/api/orders/{id}/cancel", Reason).ProblemAsync(409, "illegal-transition");
        var order = await _service.As("manager").PostAsync($"/api/orders/{id}/cancel", Reason).JsonAsync();

        order.GetProperty("status").GetString().ShouldBe("cancelled");
    }

    [Fact]
    public async Task A_wish_that_the_kitchen_could_not_be_asked_about_is_carried_out_later()
    {
        var id = await _service.InAsync(OrderStatus.Confirmed);
        _service.Kitchen.Answer = StandIn.Down;

        await _service.As("customer").PostAsync($"/api/orders/{id}/cancel", Reason).ProblemAsync(503, "unavailable");
        _service.Kitchen.Answer = _ => new(HttpStatusCode.OK);

        await _service.ReachesAsync(id, OrderStatus.Cancelled);
    }

    [Theory]
    [InlineData("chef")]
    [InlineData("driver")]
    public async Task Chef_and_driver_do_not_cancel(string role)
    {
        var id = await _service.PlacedAsync();

        await _service.As(role).PostAsync($"/api/orders/{id}/cancel", Reason).ProblemAsync(403, "forbidden");
    }

    [Fact]
    public async Task A_cancellation_has_a_reason()
    {
        var id = await _service.PlacedAsync();

        await _service.As("customer").PostAsync($"/api/orders/{id}/cancel", new { reason = " " }).ProblemAsync(400, "validation");
    }

    [Fact]
    public async Task What_was_not_paid_within_a_quarter_of_an_hour_is_cancelled()
    {
        var unpaid = await _service.PlacedAsync("credit_card");
        var paid = await _service.InAsync(OrderStatus.Confirmed);
        await _service.LaterAsync(TimeSpan.FromMinutes(14));
        var young = await _service.PlacedAsync("credit_card");
        await _service.LaterAsync(TimeSpan.FromMinutes(2));

        await _service.HearAsync(
            new ScheduledJobDue
            {
                Job = ScheduledJobs.ExpireUnpaid,
                DueAt = _service.Clock.GetUtcNow(),
                OccurredAt = _service.Clock.GetUtcNow(),
                Actor = "scheduler",
            }
        );

        await _service.ReachesAsync(unpaid, OrderStatus.Cancelled);
        var order = await _service.As("customer").ReadAsync($"/api/orders/{unpaid}").JsonAsync();
        order.GetProperty("cancellationReason").GetString().ShouldBe("payment_expired");
        (await _service.As("customer").ReadAsync($"/api/orders/{paid}").JsonAsync())
            .GetProperty("status")
            .GetString()
            .ShouldBe("confirmed");
        (await _service.As("customer").ReadAsync($"/api/orders/{young}").JsonAsync()).GetProperty("status").GetString().ShouldBe("pending");
    }

    [Fact]
    public async Task Expiring_many_orders_leaves_none()
    {
        for (var i = 0; i < 250; i++)
        {
            var (order, events) = Order.Place(Orders.New() with { Id = $"order-{i}" }, Orders.By(Orders.Customer));
            await _service.Get<IRepository<Order>>().AddAsync(order, events, handled: null, CancellationToken.None);
        }

        await using var scope = _service.Services.CreateAsyncScope();
        var expired = await scope
            .ServiceProvider.GetRequiredService<ExpireUnpaidOrders>()
            .RunAsync(new Cause("scheduler", Orders.Start.AddMinutes(16)), Guid.NewGuid(), CancellationToken.None);

        expired.ShouldBe(250);
    }
}
