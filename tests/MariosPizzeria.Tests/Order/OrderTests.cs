using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;

namespace MariosPizzeria.Tests.Ordering;

public sealed class OrderTests
{
    public static TheoryData<OrderStatus> EveryStatus => [.. Enum.GetValues<OrderStatus>()];

    [Fact]
    public void A_placed_order_costs_the_sum_of_its_lines_and_asks_for_its_payment()
    {
        var (order, events) = Order.Place(Orders.New(), Orders.By(Orders.Customer));

        order.Status.ShouldBe(OrderStatus.Pending);
        order.Total.ShouldBe(new Money(5577));
        events.OfType<OrderPlaced>().ShouldHaveSingleItem().Total.ShouldBe(order.Total);
        var requested = events.OfType<PaymentRequested>().ShouldHaveSingleItem();
        (requested.Amount, requested.CardToken).ShouldBe((order.Total, "tok_ok"));
        events.ShouldAllBe(e => e.Actor == Orders.Customer && e.CorrelationId == "correlation-1" && e.OccurredAt == Orders.Start);
    }

    [Theory]
    [InlineData(PaymentMethod.Cash, PaymentStatus.CashDue)]
    [InlineData(PaymentMethod.CreditCard, PaymentStatus.Paid)]
    [InlineData(PaymentMethod.DebitCard, PaymentStatus.Paid)]
    public void A_paid_order_is_confirmed(PaymentMethod method, PaymentStatus payment)
    {
        var order = Orders.Pending(method);

        var events = order.Apply(Orders.Paid(method), Orders.By("worker", 1)).OrThrow();

        (order.Status, order.PaymentStatus, order.ConfirmedAt).ShouldBe((OrderStatus.Confirmed, payment, Orders.Start.AddMinutes(1)));
        events.ShouldHaveSingleItem().ShouldBeOfType<OrderConfirmed>().PromisedAt.ShouldBe(order.EstimatedReadyAt);
    }

    [Fact]
    public void A_declined_card_cancels_the_order_and_nothing_is_given_back()
    {
        var order = Orders.Pending();

        var events = order.Apply(Orders.Declined(), Orders.By("worker", 1)).OrThrow();

        (order.Status, order.PaymentStatus, order.CancellationReason).ShouldBe(
            (OrderStatus.Cancelled, PaymentStatus.Declined, "payment_declined")
        );
        events.ShouldHaveSingleItem().ShouldBeOfType<OrderCancelled>().RefundDue.ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(EveryStatus))]
    public void A_customer_may_cancel_until_it_cooks(OrderStatus status)
    {
        var order = Orders.In(status);

        var outcome = order.RequestCancellation("no", byManager: false, Orders.By(Orders.Customer, 6));

        outcome.Succeeded.ShouldBe(status is OrderStatus.Pending or OrderStatus.Confirmed, $"when {status}");
        if (!outcome.Succeeded)
        {
            outcome.Fault.Slug.ShouldBe(Slugs.IllegalTransition);
            order.Status.ShouldBe(status);
        }
    }

    [Theory]
    [MemberData(nameof(EveryStatus))]
    public void A_manager_may_cancel_until_a_driver_has_it(OrderStatus status)
    {
        var order = Orders.In(status);

        var outcome = order.RequestCancellation("no", byManager: true, Orders.By("manager-1", 6));

        outcome.Succeeded.ShouldBe(
            status is OrderStatus.Pending or OrderStatus.Confirmed or OrderStatus.Cooking or OrderStatus.Ready,
            $"when {status}"
        );
    }

    [Theory]
    [MemberData(nameof(EveryStatus))]
    public void A_driver_takes_only_what_is_ready(OrderStatus status)
    {
        var order = Orders.In(status);

        var outcome = order.Take(Orders.By("driver-2", 6));

        outcome.Succeeded.ShouldBe(status == OrderStatus.Ready, $"when {status}");
        order.Driver.ShouldBe(
            status switch
            {
                OrderStatus.Ready => "driver-2",
                OrderStatus.Delivering or OrderStatus.Delivered => Orders.Driver,
                _ => null,
            }
        );
    }

    [Theory]
    [MemberData(nameof(EveryStatus))]
    public void A_driver_hands_over_only_what_he_is_under_way_with(OrderStatus status)
    {
        Orders.In(status).HandOver(byManager: false, Orders.By(Orders.Driver, 6)).Succeeded.ShouldBe(status == OrderStatus.Delivering);
        Orders.In(status).HandOver(byManager: false, Orders.By("driver-2", 6)).Succeeded.ShouldBeFalse();
        Orders.In(status).HandOver(byManager: true, Orders.By("manager-1", 6)).Succeeded.ShouldBe(status == OrderStatus.Delivering);
    }

    [Fact]
    public void A_pickup_is_handed_over_from_ready_and_no_driver_may_take_it()
    {
        var order = Orders.In(OrderStatus.Ready, fulfilment: Fulfilment.Pickup);

        order.Take(Orders.By(Orders.Driver, 4)).Fault!.Slug.ShouldBe(Slugs.IllegalTransition);
        var events = order.HandOver(byManager: false, Orders.By(Orders.Driver, 5)).OrThrow();

        order.Status.ShouldBe(OrderStatus.Delivered);
        events.ShouldHaveSingleItem().ShouldBeOfType<OrderDelivered>().Driver.ShouldBeNull();
    }

    [Fact]
    public void Cash_is_paid_when_the_pizzas_are_handed_over() =>
        Orders.In(OrderStatus.Delivered, PaymentMethod.Cash).PaymentStatus.ShouldBe(PaymentStatus.Paid);

    [Fact]
    public void A_confirmed_order_waits_for_the_kitchens_word_before_it_is_cancelled()
    {
        var order = Orders.In(OrderStatus.Confirmed);

        var wished = order.RequestCancellation("no", byManager: false, Orders.By(Orders.Customer, 6)).OrThrow();
        var repeated = order.RequestCancellation("no", byManager: false, Orders.By(Orders.Customer, 7)).OrThrow();

        order.Status.ShouldBe(OrderStatus.Confirmed);
        wished.ShouldHaveSingleItem().ShouldBeOfType<CancellationRequested>();
        repeated.ShouldBeEmpty();
    }

    [Fact]
    public void A_paid_order_that_the_kitchen_let_go_is_cancelled_and_refunded()
    {
        var order = Orders.In(OrderStatus.Confirmed);
        order.RequestCancellation("no", byManager: false, Orders.By(Orders.Customer, 6)).OrThrow();

        var events = order.KitchenLetGo(Orders.By(Orders.Customer, 7)).OrThrow();
        var again = order.KitchenLetGo(Orders.By(Orders.Customer, 8)).OrThrow();
        order.Apply(Orders.Refunded()).OrThrow();

        (order.Status, order.CancellationReason, order.PaymentStatus).ShouldBe((OrderStatus.Cancelled, "no", PaymentStatus.Refunded));
        events.OfType<OrderCancelled>().ShouldHaveSingleItem().RefundDue.ShouldBeTrue();
        events.OfType<RefundRequested>().ShouldHaveSingleItem().Amount.ShouldBe(order.Total);
        again.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("cancelled refunded paid")]
    [InlineData("paid cancelled refunded paid")]
    [InlineData("paid cancelled refunded paid paid")]
    [InlineData("cancelled paid refunded paid")]
    public void A_refunded_order_stays_refunded_however_often_its_payment_is_told(string story)
    {
        var order = Orders.Pending();
        var refunds = 0;
        foreach (var step in story.Split(' '))
        {
            refunds += (
                step switch
                {
                    "paid" => order.Apply(Orders.Paid(), Orders.By("worker", 3)),
                    "refunded" => order.Apply(Orders.Refunded()),
                    _ when order.Status == OrderStatus.Pending => order.RequestCancellation(
                        "no",
                        byManager: false,
                        Orders.By("customer-1", 2)
                    ),
                    _ => Both(order),
                }
            )
                .OrThrow()
                .OfType<RefundRequested>()
                .Count();
        }

        (order.Status, order.PaymentStatus).ShouldBe((OrderStatus.Cancelled, PaymentStatus.Refunded));
        refunds.ShouldBeLessThanOrEqualTo(1);

        static Outcome<IReadOnlyList<Event>> Both(Order order)
        {
            order.RequestCancellation("no", byManager: false, Orders.By("customer-1", 2)).OrThrow();
            return order.KitchenLetGo(Orders.By("customer-1", 3));
        }
    }

    [Fact]
    public void A_customers_wish_lapses_when_the_kitchen_cooks_already()
    {
        var order = Orders.In(OrderStatus.Confirmed);
        order.RequestCancellation("no", byManager: false, Orders.By(Orders.Customer, 6)).OrThrow();

        var events = order.KitchenKept(Orders.By(Orders.Customer, 7)).OrThrow();

        (order.Status, order.CancellationWish).ShouldBe((OrderStatus.Confirmed, null));
        events.ShouldHaveSingleItem().ShouldBeOfType<CancellationRefused>();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_managers_wish_is_carried_out_although_the_kitchen_cooks_already(bool heardOfIt)
    {
        var order = Orders.In(OrderStatus.Confirmed);
        order.RequestCancellation("no", byManager: true, Orders.By("manager-1", 6)).OrThrow();
        if (heardOfIt)
        {
            order.Apply(Orders.Started()).OrThrow();
        }

        order.KitchenKept(Orders.By("manager-1", 7)).OrThrow();

        order.Status.ShouldBe(OrderStatus.Cancelled);
    }

    [Fact]
    public void A_payment_that_arrives_after_the_cancellation_is_given_back()
    {
        var order = Orders.In(OrderStatus.Cancelled);

        var events = order.Apply(Orders.Paid(), Orders.By("worker", 8)).OrThrow();

        (order.Status, order.PaymentStatus).ShouldBe((OrderStatus.Cancelled, PaymentStatus.Paid));
        events.ShouldHaveSingleItem().ShouldBeOfType<RefundRequested>();
    }

    [Fact]
    public void Cash_for_a_cancelled_order_is_neither_due_nor_given_back()
    {
        var order = Orders.In(OrderStatus.Cancelled, PaymentMethod.Cash);

        order.Apply(Orders.Paid(PaymentMethod.Cash), Orders.By("worker", 8)).OrThrow().ShouldBeEmpty();

        order.PaymentStatus.ShouldBe(PaymentStatus.Pending);
    }

    [Theory]
    [MemberData(nameof(EveryStatus))]
    public void Only_a_pending_order_expires(OrderStatus status)
    {
        var order = Orders.In(status);

        var events = order.Expire(Orders.By("scheduler", 16)).OrThrow();

        events.OfType<OrderCancelled>().Any().ShouldBe(status == OrderStatus.Pending, $"when {status}");
    }

    [Theory]
    [MemberData(nameof(EveryStatus))]
    public void No_late_event_moves_an_order_back(OrderStatus status)
    {
        var order = Orders.In(status);

        order.Apply(Orders.Declined(), Orders.By("worker", 30)).OrThrow();
        order.Apply(Orders.Started()).OrThrow();

        ((int)order.Status).ShouldBeGreaterThanOrEqualTo((int)status);
    }

    [Fact]
    public void In_whatever_order_and_however_often_the_events_come_the_order_ends_the_same()
    {
        OrderEvent[] story = [Orders.Paid(), Orders.Started(), Orders.Ready()];
        var expected = StateAfter(story);

        foreach (var told in Permutations(story.Concat(story).ToList()).DistinctBy(way => string.Join(',', way.Select(e => e.EventId))))
        {
            StateAfter(told).ShouldBe(expected, string.Join(", ", told.Select(e => e.GetType().Name)));
        }
    }

    [Fact]
    public void The_history_has_every_event_once()
    {
        var order = Orders.In(OrderStatus.Delivered);

        order
            .History.Select(entry => entry.Type)
            .ShouldBe([
                nameof(OrderPlaced),
                nameof(PaymentRequested),
                nameof(PaymentSucceeded),
                nameof(OrderConfirmed),
                nameof(CookingStarted),
                nameof(OrderReady),
                nameof(DeliveryStarted),
                nameof(OrderDelivered),
            ]);
        order.History.Select(entry => entry.Id).ShouldBeUnique();
    }

    private static object StateAfter(IEnumerable<OrderEvent> story)
    {
        var order = Orders.Pending();
        var confirmations = 0;
        foreach (var e in story)
        {
            confirmations += e switch
            {
                PaymentSucceeded paid => order.Apply(paid, Orders.By("worker", 1)).OrThrow().OfType<OrderConfirmed>().Count(),
                CookingStarted started => order.Apply(started).OrThrow().Count,
                OrderReady ready => order.Apply(ready).OrThrow().Count,
                _ => throw new InvalidOperationException(e.GetType().Name),
            };
        }

        return (
            order.Status,
            order.PaymentStatus,
            order.ConfirmedAt,
            order.CookingStartedAt,
            order.ReadyAt,
            order.Chef,
            confirmations,
            order.History.Count
        );
    }

    private static IEnumerable<IReadOnlyList<T>> Permutations<T>(List<T> items)
    {
        if (items.Count == 0)
        {
            yield return [];
        }

        for (var i = 0; i < items.Count; i++)
        {
            var rest = items.ToList();
            rest.RemoveAt(i);
            foreach (var permutation in Permutations(rest))
            {
                yield return [items[i], .. permutation];
            }
        }
    }
}
