using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Reports;

namespace MariosPizzeria.Tests.Ordering;

public sealed class OrderMeasuresTests
{
    [Fact]
    public void An_order_contributes_what_it_costs_and_how_long_it_took()
    {
        var order = Orders.In(OrderStatus.Delivered);

        // Delivered, cancelled, revenue, cooking, driving, promised, actual, kept, late, cash due, cash, card, fees, refunded, its fees, tax,
        // refunded tax, collected and refunded without a rate.
        OrderMeasures
            .All.Select(measure => measure.Of(order))
            .ShouldBe([1, null, 5577, 60, 60, 40 * 60, 5 * 60, 1, null, null, null, 5577, null, null, null, null, null, 5577, null]);
        OrderMeasures.Pizzas(order).ShouldBe([new Part("margherita", "Margherita", 2, 3378), new Part("pepperoni", "Pepperoni", 1, 2199)]);
        (OrderMeasures.Chef.Key(order), OrderMeasures.Driver.Key(order)).ShouldBe((Orders.Chef, Orders.Driver));
    }

    [Fact]
    public void A_cancelled_order_is_no_revenue_and_nobodys_work()
    {
        var order = Orders.In(OrderStatus.Cancelled);

        OrderMeasures.All.Where(measure => measure.Of(order) is not null).ShouldBe([OrderMeasures.Cancelled]);
        OrderMeasures.Pizzas(order).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(OrderStatus.Pending, 1)]
    [InlineData(OrderStatus.Confirmed, 3)]
    [InlineData(OrderStatus.Cooking, 3)]
    [InlineData(OrderStatus.Ready, 4)]
    [InlineData(OrderStatus.Delivering, 4)]
    [InlineData(OrderStatus.Delivered, 9)]
    public void What_did_not_happen_yet_is_no_measure(OrderStatus status, int measures) =>
        OrderMeasures.All.Count(measure => measure.Of(Orders.In(status)) is not null).ShouldBe(measures);

    [Fact]
    public void Cash_is_due_until_the_handover_and_collected_with_it()
    {
        var order = Orders.In(OrderStatus.Delivering, PaymentMethod.Cash);
        (Of(OrderMeasures.CashDue), Of(OrderMeasures.Cash), OrderMeasures.CollectedAt.Key(order)).ShouldBe((5577, null, null));

        order.HandOver(byManager: false, Orders.By(Orders.Driver, 5)).OrThrow();
        (Of(OrderMeasures.CashDue), Of(OrderMeasures.Cash)).ShouldBe((null, 5577));
        OrderMeasures.CollectedAt.Key(order).ShouldBe(IndexKey.Of(Orders.Start.AddMinutes(5)));

        order.UndoHandOver(byManager: false, Orders.By(Orders.Driver, 6)).OrThrow();
        (Of(OrderMeasures.CashDue), Of(OrderMeasures.Cash), OrderMeasures.CollectedAt.Key(order)).ShouldBe((5577, null, null));

        long? Of(Measure<Order> measure) => measure.Of(order);
    }

    [Fact]
    public void What_a_card_paid_stays_collected_when_it_is_given_back()
    {
        var placed = Orders.New() with { DeliveryFee = new(250) };
        var order = Order.Place(placed, Orders.By(Orders.Customer)).Order;
        order.Apply(Orders.Paid(), Orders.By("worker", 1)).OrThrow();
        order.RequestCancellation("out of dough", byManager: true, Orders.By("manager-1", 2)).OrThrow();
        order.CancelAfterWithdrawal(Orders.By("manager-1", 2)).OrThrow();
        (Of(OrderMeasures.Card), Of(OrderMeasures.Fees), Of(OrderMeasures.Refunded)).ShouldBe((5827, 250, null));

        order.Apply(Orders.Refunded()).OrThrow();
        (Of(OrderMeasures.Card), Of(OrderMeasures.Fees)).ShouldBe((5827, 250));
        (Of(OrderMeasures.Refunded), Of(OrderMeasures.RefundedFees)).ShouldBe((5827, 250));
        (OrderMeasures.CollectedAt.Key(order), OrderMeasures.RefundedAt.Key(order)).ShouldBe(
            (IndexKey.Of(Orders.Start.AddMinutes(1)), IndexKey.Of(Orders.Start.AddMinutes(9)))
        );

        long? Of(Measure<Order> measure) => measure.Of(order);
    }

    [Fact]
    public void The_tax_is_that_of_the_rate_at_which_it_was_placed()
    {
        var order = Order.Place(Orders.New() with { Tax = new(10m) }, Orders.By(Orders.Customer)).Order;
        Taxes().ShouldBe((null, null, null, null), "nothing is collected yet");

        order.Apply(Orders.Paid(), Orders.By("worker", 1)).OrThrow();
        Taxes().ShouldBe((507, null, null, null));

        order.RequestCancellation("out of dough", byManager: true, Orders.By("manager-1", 2)).OrThrow();
        order.CancelAfterWithdrawal(Orders.By("manager-1", 2)).OrThrow();
        order.Apply(Orders.Refunded()).OrThrow();
        Taxes().ShouldBe((507, 507, null, null));

        (long?, long?, long?, long?) Taxes() =>
            (
                OrderMeasures.Tax.Of(order),
                OrderMeasures.RefundedTax.Of(order),
                OrderMeasures.WithoutRate.Of(order),
                OrderMeasures.RefundedWithoutRate.Of(order)
            );
    }

    [Fact]
    public void A_late_order_is_found_by_when_it_was_placed()
    {
        var order = Orders.In(OrderStatus.Delivering);
        OrderMeasures.LatePlacedAt.Key(order).ShouldBeNull();

        order.NoteLate(Orders.By("scheduler", 41)).OrThrow();
        OrderMeasures.LatePlacedAt.Key(order).ShouldBe(IndexKey.Of(Orders.Start));
        order.LateBy(Orders.Start.AddMinutes(42)).ShouldBe(TimeSpan.FromMinutes(2));

        order.HandOver(byManager: false, Orders.By(Orders.Driver, 45)).OrThrow();
        OrderMeasures.Late.Of(order).ShouldBe(5 * 60);
        order.LateBy(Orders.Start.AddMinutes(99)).ShouldBe(TimeSpan.FromMinutes(5));
        OrderMeasures.LatePlacedAt.Key(Orders.In(OrderStatus.Delivered)).ShouldBeNull();
    }

    [Fact]
    public void Figures_are_the_sums_of_their_slices()
    {
        var figures = OrderMeasures.FiguresOf(Slice(2), Slice(3));

        (figures.Orders, figures.Sold(), figures.Revenue.Cents).ShouldBe((5, 5 - 10, 15));
        figures.Cooking.ShouldBe(new Span(5, 20));

        static SliceSums<Order> Slice(int orders) =>
            new(OrderMeasures.All, orders, [.. OrderMeasures.All.Select((_, n) => new Sum(orders, orders * (n + 1)))]);
    }
}
