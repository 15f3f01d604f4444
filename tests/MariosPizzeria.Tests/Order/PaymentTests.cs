using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;

namespace MariosPizzeria.Tests.Ordering;

public sealed class PaymentTests
{
    private static Payment Requested =>
        Payment.For(
            new PaymentRequested
            {
                OrderId = "order-1",
                CustomerId = Orders.Customer,
                Amount = new(5577),
                Method = PaymentMethod.CreditCard,
                CardToken = "tok_ok",
            }
        );

    [Fact]
    public void A_payment_is_settled_once()
    {
        var payment = Requested;

        payment.Succeed("pay_1", Orders.By("worker")).ShouldHaveSingleItem().ShouldBeOfType<PaymentSucceeded>();

        payment.Succeed("pay_2", Orders.By("worker")).ShouldBeEmpty();
        payment.Fail("payment_declined", Orders.By("worker")).ShouldBeEmpty();
        payment.Reference.ShouldBe("pay_1");
    }

    [Fact]
    public void A_provider_that_does_not_answer_is_asked_again_until_patience_is_over_and_then_asked_to_give_back()
    {
        var payment = Requested;

        payment.RecordNoAnswer(Orders.By("worker")).ShouldBeEmpty();
        var last = payment.RecordNoAnswer(Orders.By("worker", 1));

        last.OfType<PaymentFailed>().ShouldHaveSingleItem().Reason.ShouldBe("payment_unavailable");
        last.OfType<RefundRequested>().ShouldHaveSingleItem().Amount.ShouldBe(new Money(5577));
    }

    [Fact]
    public void What_was_collected_is_given_back_once()
    {
        var payment = Requested;
        payment.Succeed("pay_1", Orders.By("worker"));

        payment.Refund("ref_1", Orders.By("worker")).OrThrow().ShouldHaveSingleItem().ShouldBeOfType<PaymentRefunded>();
        payment.Refund("ref_2", Orders.By("worker")).OrThrow().ShouldBeEmpty();
    }

    [Fact]
    public void That_nothing_was_taken_is_believed_once_no_attempt_can_be_under_way_any_more()
    {
        var payment = Requested;
        payment.RecordNoAnswer(Orders.By("worker"));
        payment.RecordNoAnswer(Orders.By("worker", 1));

        payment.Refund(reference: null, Orders.By("worker", 1)).OrThrow();
        payment.RefundDueSince.ShouldNotBeNull();

        payment.Refund(reference: null, Orders.By("worker", 7)).OrThrow();
        payment.RefundDueSince.ShouldBeNull();
    }

    [Fact]
    public void What_was_not_collected_is_not_told_to_be_given_back()
    {
        var payment = Requested;
        payment.Fail("payment_unavailable", Orders.By("worker"));

        payment.Refund("ref_1", Orders.By("worker")).OrThrow().ShouldBeEmpty();
    }
}
