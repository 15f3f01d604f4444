using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;

namespace MariosPizzeria.Tests.Ordering;

public sealed class OrderTests
{
    public static TheoryData<OrderStatus> EveryStatus => [.. Enum.GetValues<OrderStatus>()];

    [Fact]
    public void The_kitchen_is_told_whom_to_call_and_what_the_customer_must_not_eat()
    {
        var placed = Orders.New(PaymentMethod.Cash) with { Allergies = [Allergen.Milk], AllergyNote = "also kiwi" };

        var confirmed = Order.Place(placed, Orders.By(Orders.Customer)).Events.OfType<OrderConfirmed>().Single();

        confirmed.CustomerName.ShouldBe("Ada");
        confirmed.Allergies.ShouldBe([Allergen.Milk]);
        confirmed.AllergyNote.ShouldBe("also kiwi");
    }

    [Fact]
    public void An_order_that_an_earlier_release_stored_has_no_allergies_and_no_number()
    {
        var stored = JsonSerializer.SerializeToNode(Orders.Pending(), PizzeriaJson.Documents)!.AsObject();
        stored.Remove("allergies");

        var read = stored.Deserialize<Order>(PizzeriaJson.Documents)!;

        read.Allergies.ShouldBeEmpty();
        read.Number.ShouldBeNull();
    }

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

    [Fact]
    public void An_order_that_is_paid_in_cash_is_confirmed_where_it_is_placed()
    {
        var (order, events) = Order.Place(Orders.New(PaymentMethod.Cash), Orders.By(Orders.Customer));

        (order.Status, order.PaymentStatus, order.ConfirmedAt).ShouldBe((OrderStatus.Confirmed, PaymentStatus.CashDue, Orders.Start));
        events.Select(e => e.GetType()).ShouldBe([typeof(OrderPlaced), typeof(OrderConfirmed)]);
        order.Apply(Orders.Paid(PaymentMethod.Cash), Orders.By("worker", 1)).OrThrow().ShouldBeEmpty("it is confirmed already");
    }

    [Theory]
    [InlineData(PaymentMethod.CreditCard, PaymentStatus.Paid)]
    [InlineData(PaymentMethod.DebitCard, PaymentStatus.Paid)]
    public void A_paid_order_is_confirmed(PaymentMethod method, PaymentStatus payment)
    {
        var order = Orders.Pending(method);

        var events = order.Apply(Orders.Paid(method), Orders.By("worker", 1)).OrThrow();

        (order.Status, order.PaymentStatus, order.ConfirmedAt).ShouldBe((OrderStatus.Confirmed, payment, Orders.Start.AddMinutes(1)));
        var confirmed = events.ShouldHaveSingleItem().ShouldBeOfType<OrderConfirmed>();
        (confirmed.PromisedAt, confirmed.EstimatedReadyAt).ShouldBe((Orders.Start.AddMinutes(40), Orders.Start.AddMinutes(20)));
    }

    [Fact]
    public void A_cash_order_of_an_earlier_release_is_confirmed_once_the_worker_has_accepted_it()
    {
        var order = Orders.PendingCash();

        var events = order.Apply(Orders.Paid(PaymentMethod.Cash), Orders.By("worker", 1)).OrThrow();

        (order.Status, order.PaymentStatus).ShouldBe((OrderStatus.Confirmed, PaymentStatus.CashDue));
        events.ShouldHaveSingleItem().ShouldBeOfType<OrderConfirmed>();
    }

    [Fact]
    public void An_order_of_an_earlier_release_was_promised_to_be_ready_and_no_more()
    {
        var stored = JsonSerializer.SerializeToNode(Orders.In(OrderStatus.Ready), PizzeriaJson.Documents)!.AsObject();
        stored.Remove("promisedAt");
        var order = stored.Deserialize<Order>(PizzeriaJson.Documents)!;

        order.Promise().ShouldBe(order.EstimatedReadyAt);
        order.ExpectedHandoverAt().ShouldBe(order.ReadyAt);
        order.IsAwaited().ShouldBeFalse();
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
            outcome.Error.Code.ShouldBe(ErrorCodes.IllegalTransition);
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

        order.Take(Orders.By(Orders.Driver, 4)).Error!.Code.ShouldBe(ErrorCodes.IllegalTransition);
        var events = order.HandOver(byManager: false, Orders.By(Orders.Driver, 5)).OrThrow();

        order.Status.ShouldBe(OrderStatus.Delivered);
        events.ShouldHaveSingleItem().ShouldBeOfType<OrderDelivered>().Driver.ShouldBeNull();
    }

    [Fact]
    public void Cash_is_paid_when_the_pizzas_are_handed_over() =>
        Orders.In(OrderStatus.Delivered, PaymentMethod.Cash).PaymentStatus.ShouldBe(PaymentStatus.Paid);

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
