using FsCheck;
using FsCheck.Fluent;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Domain;

namespace MariosPizzeria.Tests.Ordering;

public sealed class FiguresTests
{
    [Fact]
    public void An_order_contributes_what_it_costs_and_how_long_it_took()
    {
        var figures = Figures.Of(Orders.In(OrderStatus.Delivered));

        (figures.Orders, figures.Delivered, figures.Cancelled, figures.Sold()).ShouldBe((1, 1, 0, 1));
        figures.Revenue.ShouldBe(new Money(5577));
        figures.Cooking.ShouldBe(new Span(1, 60));
        figures.Driving.ShouldBe(new Span(1, 60));
        (figures.Promised, figures.Actual, figures.Kept).ShouldBe((new Span(1, 20 * 60), new Span(1, 3 * 60), 1));
        figures
            .Pizzas.Select(pizza => (pizza.PizzaId, pizza.Quantity, pizza.Revenue.Cents))
            .ShouldBe([("margherita", 2, 3378), ("pepperoni", 1, 2199)]);
        figures.Chefs.ShouldHaveSingleItem().Id.ShouldBe(Orders.Chef);
        figures.Drivers.ShouldHaveSingleItem().Id.ShouldBe(Orders.Driver);
        figures.Customers.ShouldHaveSingleItem().Revenue.ShouldBe(new Money(5577));
    }

    [Fact]
    public void A_cancelled_order_is_no_revenue_and_nobodys_work()
    {
        var figures = Figures.Of(Orders.In(OrderStatus.Cancelled));

        (figures.Orders, figures.Cancelled, figures.Sold()).ShouldBe((1, 1, 0));
        figures.Revenue.ShouldBe(Money.Zero);
        figures.Pizzas.ShouldBeEmpty();
        figures.Customers.ShouldBeEmpty();
    }

    [Fact]
    public void Figures_add_up_to_the_same_in_whatever_order_and_groups() =>
        Prop.ForAll(
                ArbMap.Default.GeneratorFor<int[]>().ToArbitrary(),
                picks =>
                {
                    OrderStatus[] states = [.. Enum.GetValues<OrderStatus>()];
                    var each = picks.Select(pick => Figures.Of(Orders.In(states[(pick & int.MaxValue) % states.Length]))).ToList();
                    var half = each.Count / 2;

                    var atOnce = Figures.Sum(each);
                    var inGroups = Figures.Sum([Figures.Sum(each.Skip(half).Reverse()), Figures.None, Figures.Sum(each.Take(half))]);

                    Text(inGroups).ShouldBe(Text(atOnce));
                    atOnce.Revenue.ShouldBe(new Money(5577) * atOnce.Sold());
                    atOnce.Pizzas.Select(pizza => pizza.Revenue).Sum().ShouldBe(atOnce.Revenue);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_change_during_a_count_leads_to_another_count()
    {
        var slice = FigureSlice.Of(Orders.Start);
        slice.Touch().ShouldBeTrue();
        slice.Touch().ShouldBeFalse("a count that has yet to begin sees it");

        var seen = slice.Begin();
        slice.Touch().ShouldBeTrue("a count that has begun may not see it");
        slice.Count(seen, Figures.None);
        slice.Settle(seen);

        slice.IsStale().ShouldBeTrue();
        var later = slice.Begin();
        slice.Count(later, Figures.None).ShouldBeTrue();
        slice.Settle(later);
        slice.IsStale().ShouldBeFalse();
        slice.Count(seen, Figures.Of(Orders.Pending())).ShouldBeFalse("an older count never replaces a newer");
    }

    [Fact]
    public void A_count_that_died_leaves_its_slice_stale()
    {
        var slice = FigureSlice.Of(Orders.Start);
        slice.Touch();

        slice.Count(slice.Begin(), Figures.None);

        slice.IsStale().ShouldBeTrue("the day has not been added up");
    }

    private static string Text(Figures figures) =>
        System.Text.Json.JsonSerializer.Serialize(figures, MariosPizzeria.ServiceDefaults.PizzeriaJson.Documents);
}
