using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>The worker with the sandbox, which is an HTTP provider like any other.</summary>
public sealed class PayingTests : IAsyncDisposable
{
    private readonly OrderFactory _sandbox = new();
    private readonly WorkerFactory _worker;

    public PayingTests() => _worker = new(() => _sandbox.Server.CreateHandler());

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    [Fact]
    public async Task Cash_is_accepted_without_a_provider()
    {
        await _worker.HearAsync(WorkerFactory.Requested("order-1", cardToken: null));

        await _worker.SettlesAsync("order-1", CollectionStatus.Collected);
        (await _worker.PaymentAsync("order-1"))!.Reference.ShouldBeNull();
    }

    [Theory]
    [InlineData("tok_ok", CollectionStatus.Collected)]
    [InlineData("tok_declined", CollectionStatus.Failed)]
    [InlineData("tok_slow", CollectionStatus.Collected)]
    public async Task A_card_is_charged_or_declined(string cardToken, CollectionStatus status)
    {
        await _worker.HearAsync(WorkerFactory.Requested("order-1", cardToken));

        await _worker.SettlesAsync("order-1", status);
    }

    [Fact]
    public async Task A_provider_that_is_down_is_asked_again_and_given_up_in_the_end()
    {
        await _worker.HearAsync(WorkerFactory.Requested("order-1", "tok_down"));
        await Answers.EventuallyAsync(
            async () => (await _worker.PaymentAsync("order-1"))?.UnansweredSince is not null,
            "the provider was asked"
        );
        _worker.Clock.Advance(Payment.ProviderTimeout);

        await _worker.SettlesAsync("order-1", CollectionStatus.Failed);
        (await _worker.PaymentAsync("order-1"))!.Reason.ShouldBe("payment_unavailable");
    }

    [Fact]
    public async Task A_payment_requested_twice_is_taken_once()
    {
        var requested = WorkerFactory.Requested("order-1", "tok_ok");

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _worker.HearAsync(requested)));

        await _worker.SettlesAsync("order-1", CollectionStatus.Collected);
        var reference = (await _worker.PaymentAsync("order-1"))!.Reference;
        await _worker.HearAsync(WorkerFactory.Requested("order-1", "tok_ok"));
        await _worker.HearAsync(WorkerFactory.Requested("order-2", "tok_ok"));
        await _worker.SettlesAsync("order-2", CollectionStatus.Collected);
        (await _worker.PaymentAsync("order-1"))!.Reference.ShouldBe(reference);
    }

    [Fact]
    public async Task What_was_taken_is_given_back()
    {
        await _worker.HearAsync(WorkerFactory.Requested("order-1", "tok_ok"));
        await _worker.SettlesAsync("order-1", CollectionStatus.Collected);

        await _worker.HearAsync(new RefundRequested { OrderId = "order-1", Amount = new(5577) });

        await _worker.SettlesAsync("order-1", CollectionStatus.Refunded);
    }

    [Fact]
    public async Task What_expired_is_not_charged_and_what_an_attempt_took_before_is_given_back()
    {
        // Another worker charged the card and crashed before it could publish the result; then the order expired.
        var requested = WorkerFactory.Requested("order-1", "tok_ok");
        await _sandbox
            .Anonymous()
            .SendAsync(
                new(HttpMethod.Post, "/sandbox/payments")
                {
                    Content = System.Net.Http.Json.JsonContent.Create(
                        new
                        {
                            amount = 55.77,
                            currency = "USD",
                            cardToken = "tok_ok",
                            orderId = "order-1",
                        }
                    ),
                    Headers = { { "Authorization", "Bearer sandbox" }, { "Idempotency-Key", "order-1" } },
                }
            );
        var expired = Payment.For(requested);
        expired.Expire(Orders.By("scheduler", 16)).OrThrow().OfType<RefundRequested>().ShouldHaveSingleItem();
        await _worker.Get<IRepository<Payment>>().AddAsync(expired, [], handled: null, default);

        await _worker.HearAsync(requested);

        await Answers.EventuallyAsync(async () => (await _worker.PaymentAsync("order-1"))!.RefundReference is not null, "it is given back");
        var payment = (await _worker.PaymentAsync("order-1"))!;
        (payment.Status, payment.RefundDueSince).ShouldBe((CollectionStatus.Failed, null));
    }

    [Fact]
    public async Task The_customer_is_notified_once_and_may_read_and_dismiss_it()
    {
        var cancelled = new OrderCancelled
        {
            OrderId = "order-1",
            CustomerId = "customer-1",
            Reason = "payment_declined",
            Total = new(5577),
            PlacedAt = Orders.Start,
            RefundDue = false,
            OccurredAt = Orders.Start,
        };
        var stored = _worker.Get<IRepository<Notification>>();

        await _worker.HearAsync(cancelled);
        await _worker.HearAsync(cancelled);
        await Answers.EventuallyAsync(
            async () => await stored.FindAsync(cancelled.EventId.ToString("N"), CancellationToken.None) is not null,
            "the customer is notified"
        );

        var notification = (await stored.ListAsync(Query<Notification>.All, CancellationToken.None)).ShouldHaveSingleItem();
        (notification.Type, notification.CustomerId, notification.Status).ShouldBe(
            ("order_cancelled", "customer-1", NotificationStatus.Unread)
        );
        notification.Dismiss().ShouldBeTrue();
        notification.Read().ShouldBeFalse();
        notification.Status.ShouldBe(NotificationStatus.Dismissed);
    }
}
