using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>The new time if a promise will be broken. The order must be ready 20 minutes after its start, at the door after 40.</summary>
public sealed class LatenessTests
{
    [Fact]
    public void An_order_that_is_not_ready_when_it_must_be_is_told_before_its_promise_has_passed()
    {
        var order = Orders.In(OrderStatus.Cooking);

        Late(order, minutes: 20).ShouldBeNull("it is in time");
        var told = Late(order, minutes: 26)!;

        (told.PromisedAt, told.NewPromisedAt).ShouldBe((Orders.Start.AddMinutes(40), Orders.Start.AddMinutes(60)));
        (order.LateSince, order.NewPromisedAt).ShouldBe((Orders.Start.AddMinutes(26), told.NewPromisedAt));
        order.Promise().ShouldBe(Orders.Start.AddMinutes(40), "what was promised stays what was promised");
    }

    [Fact]
    public void What_was_told_is_told_again_only_when_the_new_time_passes_too_and_three_times_at_most()
    {
        var order = Orders.In(OrderStatus.Confirmed);

        Late(order, minutes: 26).ShouldNotBeNull();
        Late(order, minutes: 27).ShouldBeNull();
        Late(order, minutes: 40).ShouldBeNull();
        Late(order, minutes: 46)!.NewPromisedAt.ShouldBe(Orders.Start.AddMinutes(80));
        Late(order, minutes: 66).ShouldNotBeNull();
        Late(order, minutes: 600).ShouldBeNull();
        order.IsAwaited().ShouldBeFalse();
    }

    [Fact]
    public void An_order_on_the_road_is_late_when_it_is_not_at_the_door()
    {
        var order = Orders.In(OrderStatus.Delivering);

        Late(order, minutes: 39).ShouldBeNull();
        Late(order, minutes: 46)!.NewPromisedAt.ShouldBe(Orders.Start.AddMinutes(60));
    }

    [Fact]
    public void What_the_customer_has_or_will_never_have_is_not_late()
    {
        foreach (var status in new[] { OrderStatus.Pending, OrderStatus.Delivered, OrderStatus.Cancelled })
        {
            Late(Orders.In(status), minutes: 300).ShouldBeNull();
        }
    }

    private static OrderLate? Late(Order order, int minutes) =>
        order.NoteLate(Orders.By("scheduler", minutes)).OrThrow().OfType<OrderLate>().SingleOrDefault();
}
