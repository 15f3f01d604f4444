using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>Cancellation of an order that the kitchen may have started, and the refund of its payment.</summary>
public sealed class OrderCancellationTests
{
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

        var events = order.CancelAfterWithdrawal(Orders.By(Orders.Customer, 7)).OrThrow();
        var again = order.CancelAfterWithdrawal(Orders.By(Orders.Customer, 8)).OrThrow();
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

        static Result<IReadOnlyList<Event>> Both(Order order)
        {
            order.RequestCancellation("no", byManager: false, Orders.By("customer-1", 2)).OrThrow();
            return order.CancelAfterWithdrawal(Orders.By("customer-1", 3));
        }
    }

    [Fact]
    public void A_customers_wish_lapses_when_the_kitchen_cooks_already()
    {
        var order = Orders.In(OrderStatus.Confirmed);
        order.RequestCancellation("no", byManager: false, Orders.By(Orders.Customer, 6)).OrThrow();

        var events = order.RefuseCancellation(Orders.By(Orders.Customer, 7)).OrThrow();

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

        order.RefuseCancellation(Orders.By("manager-1", 7)).OrThrow();

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
    public void Cash_for_a_cancelled_order_is_not_given_back()
    {
        var order = Orders.In(OrderStatus.Cancelled, PaymentMethod.Cash);

        order.Apply(Orders.Paid(PaymentMethod.Cash), Orders.By("worker", 8)).OrThrow().ShouldBeEmpty();

        (order.Status, order.IsRefundOwed()).ShouldBe((OrderStatus.Cancelled, false));
    }
}
