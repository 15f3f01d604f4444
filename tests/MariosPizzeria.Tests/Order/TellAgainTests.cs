using System.Net;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Features;
using MariosPizzeria.OrderService.Jobs;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>Whatever the broker loses, a collected payment ends in a confirmed or a refunded order, and every order proceeds.</summary>
public sealed class TellAgainTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();
    private readonly List<object> _tickets = [];
    private readonly TimeSpan _silence = new TellAgainOptions().After + TimeSpan.FromSeconds(1);

    public TellAgainTests() =>
        _service.Kitchen.Route = request =>
            request.Method == HttpMethod.Get
                ? StandIn.Json(HttpStatusCode.OK, new { items = Array.Empty<string>(), steps = _tickets })
                : null;

    private IRepository<Order> Orders => _service.Get<IRepository<Order>>();

    private IRepository<Payment> Payments => _service.Get<IRepository<Payment>>();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [InlineData("cash")]
    [InlineData("credit_card")]
    [InlineData("debit_card")]
    public async Task An_order_whose_payment_was_collected_and_never_heard_of_is_confirmed(string method)
    {
        var id = await _service.PlacedAsync(method);
        await CollectedAsync(id, method);

        (await LookAsync()).ShouldBe(0, "what is young is on its way");
        await _service.LaterAsync(_silence);
        (await LookAsync()).ShouldBe(1);

        var order = await StoredAsync(id);
        order.Status.ShouldBe(OrderStatus.Confirmed);
        order.PaymentStatus.ShouldBe(method == "cash" ? PaymentStatus.CashDue : PaymentStatus.Paid);
        (await LookAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData("cash")]
    [InlineData("credit_card")]
    public async Task An_order_whose_payment_was_collected_and_never_heard_of_does_not_expire(string method)
    {
        var id = await _service.PlacedAsync(method);
        await CollectedAsync(id, method);
        await _service.LaterAsync(ExpireUnpaidOrders.Timeout + TimeSpan.FromMinutes(1));

        await _service.Get<ExpireUnpaidOrders>().RunAsync(Now(), Guid.NewGuid(), default);

        (await StoredAsync(id)).Status.ShouldBe(OrderStatus.Confirmed);
    }

    [Fact]
    public async Task A_card_order_that_expires_is_never_charged_afterwards_and_what_was_taken_is_asked_back()
    {
        var (unknown, tried) = (await _service.PlacedAsync("credit_card"), await _service.PlacedAsync("credit_card"));
        var attempt = Payment.For(WorkerFactory.Requested(tried, "tok_ok"));
        attempt.RecordNoAnswer(Now());
        await Payments.AddAsync(attempt, [], handled: null, default);
        await _service.LaterAsync(ExpireUnpaidOrders.Timeout + TimeSpan.FromMinutes(1));

        await _service.Get<ExpireUnpaidOrders>().RunAsync(Now(), Guid.NewGuid(), default);

        foreach (var id in new[] { unknown, tried })
        {
            (await StoredAsync(id)).Status.ShouldBe(OrderStatus.Cancelled);
            var payment = (await Payments.FindAsync(id, default)).ShouldNotBeNull();
            (payment.Status, payment.Reason, payment.RefundDueSince is not null).ShouldBe(
                (CollectionStatus.Failed, CancellationReasons.PaymentExpired, true)
            );
        }
    }

    [Fact]
    public async Task A_look_at_very_many_orders_is_followed_by_a_longer_rest()
    {
        _service.Get<TellAgainOptions>().RestPerOrder = TimeSpan.FromMinutes(2);
        await _service.PlacedAsync("credit_card");
        await _service.LaterAsync(_silence);
        (await LookAsync()).ShouldBe(0, "it waits for its payment");

        var id = await _service.PlacedAsync("credit_card");
        await CollectedAsync(id, "credit_card");
        await _service.LaterAsync(_silence - TimeSpan.FromSeconds(10));
        (await LookAsync()).ShouldBe(0, "one order was looked at less than two minutes ago");
        await _service.LaterAsync(TimeSpan.FromSeconds(20));

        (await LookAsync()).ShouldBe(1);
        (await StoredAsync(id)).Status.ShouldBe(OrderStatus.Confirmed);
    }

    [Fact]
    public async Task A_lost_failure_of_the_payment_cancels()
    {
        var id = await _service.PlacedAsync("credit_card");
        var payment = Payment.For(WorkerFactory.Requested(id, "tok_declined"));
        payment.Fail(CancellationReasons.PaymentDeclined, Now());
        await Payments.AddAsync(payment, [], handled: null, default);
        await _service.LaterAsync(_silence);

        (await LookAsync()).ShouldBe(1);

        var order = await StoredAsync(id);
        (order.Status, order.PaymentStatus, order.CancellationReason).ShouldBe(
            (OrderStatus.Cancelled, PaymentStatus.Declined, CancellationReasons.PaymentDeclined)
        );
    }

    [Fact]
    public async Task A_cash_order_that_the_worker_never_heard_of_is_told_again_and_a_card_order_waits_for_its_expiry()
    {
        var ofEarlierRelease = Ordering.Orders.PendingCash();
        await _service.Get<IRepository<Order>>().AddAsync(ofEarlierRelease, [], handled: null, CancellationToken.None);
        var (cash, card) = (ofEarlierRelease.Id, await _service.PlacedAsync("credit_card"));
        await _service.LaterAsync(_silence);

        (await LookAsync()).ShouldBe(1);

        (await ToldAsync(cash, nameof(PaymentRequested))).ShouldBe(1);
        (await ToldAsync(card, nameof(PaymentRequested))).ShouldBe(1);
    }

    [Fact]
    public async Task A_confirmed_order_without_a_ticket_is_told_again_under_its_own_event_id()
    {
        var (without, with) = (await _service.InAsync(OrderStatus.Confirmed), await _service.InAsync(OrderStatus.Confirmed));
        Ticket(with);
        await _service.LaterAsync(_silence);

        (await LookAsync()).ShouldBe(1);
        (await LookAsync()).ShouldBe(0, "it was told a moment ago");

        (await ToldAsync(without, nameof(OrderConfirmed))).ShouldBe(2);
        (await StoredAsync(without))
            .History.Where(entry => entry.Type == nameof(OrderConfirmed))
            .DistinctBy(entry => entry.Id)
            .Count()
            .ShouldBe(1);
        (await ToldAsync(with, nameof(OrderConfirmed))).ShouldBe(1);

        await _service.LaterAsync(_silence);
        (await LookAsync()).ShouldBe(0, "it waits longer each time");
        await _service.LaterAsync(_silence);
        (await LookAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData(OrderStatus.Confirmed, true, OrderStatus.Ready)]
    [InlineData(OrderStatus.Cooking, true, OrderStatus.Ready)]
    [InlineData(OrderStatus.Confirmed, false, OrderStatus.Cooking)]
    public async Task A_ticket_that_is_further_than_its_order_takes_it_along(OrderStatus known, bool ready, OrderStatus then)
    {
        var id = await _service.InAsync(known);
        var at = _service.Clock.GetUtcNow();
        Ticket(id, startedAt: at, readyAt: ready ? at : null);

        (await LookAsync()).ShouldBe(0);
        await _service.LaterAsync(_silence);
        (await LookAsync()).ShouldBe(1);

        var order = await StoredAsync(id);
        (order.Status, order.Chef, order.CookingStartedAt is not null).ShouldBe((then, "chef-1", true));
        (await LookAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_ticket_of_an_order_that_left_or_was_cancelled_is_told_so_again()
    {
        var (cancelled, delivered) = (
            await _service.PlacedAsync("credit_card"),
            await _service.InAsync(OrderStatus.Ready, fulfilment: "pickup")
        );
        await ChangeAsync(cancelled, order => order.RequestCancellation("changed my mind", byManager: false, Now()));
        await ChangeAsync(delivered, order => order.HandOver(byManager: true, Now()));
        Ticket(cancelled);
        Ticket(delivered);
        await _service.LaterAsync(_silence);

        (await LookAsync()).ShouldBe(2);

        (await ToldAsync(cancelled, nameof(OrderCancelled))).ShouldBe(2);
        (await ToldAsync(delivered, nameof(OrderDelivered))).ShouldBe(2);
    }

    [Fact]
    public async Task A_wish_to_cancel_that_nobody_carried_out_is_told_again()
    {
        var id = await _service.InAsync(OrderStatus.Confirmed);
        await ChangeAsync(id, order => order.RequestCancellation("changed my mind", byManager: false, Now()));
        await _service.LaterAsync(_silence);

        (await LookAsync()).ShouldBe(1);

        await _service.ReachesAsync(id, OrderStatus.Cancelled);
    }

    [Fact]
    public async Task A_payment_that_was_collected_for_a_cancelled_order_is_given_back_though_neither_heard_of_the_other()
    {
        var id = await _service.PlacedAsync("credit_card");
        await ChangeAsync(id, order => order.RequestCancellation("changed my mind", byManager: false, Now()));
        await CollectedAsync(id, "credit_card");
        await _service.LaterAsync(_silence);

        var found = (await CheckAsync(mend: true)).ShouldHaveSingleItem();

        (found.Corruption.Name, found.IsRepaired).ShouldBe((Corruptions.RefundOwed, true));
        (await StoredAsync(id)).IsRefundOwed().ShouldBeTrue();
        (await ToldAsync(id, nameof(RefundRequested))).ShouldBe(1);
    }

    [Fact]
    public async Task The_sweep_too_gives_back_what_was_collected_for_an_order_that_was_cancelled_before_it_heard_of_it()
    {
        var id = await _service.PlacedAsync("credit_card");
        await ChangeAsync(id, order => order.RequestCancellation("changed my mind", byManager: false, Now()));
        await CollectedAsync(id, "credit_card");
        await _service.LaterAsync(_silence);

        (await LookAsync()).ShouldBe(1);

        (await StoredAsync(id)).IsRefundOwed().ShouldBeTrue();
        (await ToldAsync(id, nameof(RefundRequested))).ShouldBe(1);
        (await LookAsync()).ShouldBe(0, "it was asked for a moment ago");
    }

    [Fact]
    public async Task A_cancelled_order_whose_card_nobody_charged_has_its_payment_closed_and_is_then_left_alone()
    {
        var id = await _service.PlacedAsync("credit_card");
        await ChangeAsync(id, order => order.RequestCancellation("changed my mind", byManager: false, Now()));
        await _service.LaterAsync(_silence);
        (await LookAsync()).ShouldBe(0, "the card may be charged yet");

        await _service.LaterAsync(ExpireUnpaidOrders.Timeout);
        (await LookAsync()).ShouldBe(1);

        var payment = (await Payments.FindAsync(id, default)).ShouldNotBeNull();
        (payment.Status, payment.Reason, payment.RefundDueSince is not null).ShouldBe(
            (CollectionStatus.Failed, CancellationReasons.PaymentExpired, true)
        );
        var handled = new HandledMessage(Guid.CreateVersion7(), "test");
        await _service.LaterAsync(Payment.MaxAttemptDuration);
        (await Payments.ChangeAsync(id, closed => closed.Refund(reference: null, Now()), handled, default)).OrThrow();
        await _service.LaterAsync(_silence);
        await LookAsync();
        (await StoredAsync(id)).IsPaymentUnknown().ShouldBeFalse();
        await _service.LaterAsync(_silence);
        (await LookAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_lost_request_for_a_refund_is_made_again_until_the_money_is_back()
    {
        var id = await PaidAndCancelledAsync();
        await _service.LaterAsync(_silence);

        (await LookAsync()).ShouldBe(1);
        var payment = (await Payments.FindAsync(id, default))!;
        (payment.RefundDueSince is not null, payment.RefundRequestedAt is not null).ShouldBe((true, true));
        (await LookAsync()).ShouldBe(0, "it was asked for a moment ago");
        await _service.LaterAsync(_silence);
        (await LookAsync()).ShouldBe(1);

        // The event of the refund is lost too.
        var owed = (await Payments.FindAsync(id, default)).ShouldNotBeNull();
        owed.Refund("ref_1", Now()).OrThrow();
        (await Payments.SaveAsync(owed, [], handled: null, default)).ShouldBe(SaveResult.Saved);
        await _service.LaterAsync(_silence);

        (await LookAsync()).ShouldBe(1);
        (await StoredAsync(id)).PaymentStatus.ShouldBe(PaymentStatus.Refunded);
        await _service.LaterAsync(_silence);
        (await LookAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_refund_that_nobody_can_carry_out_stays_owed_and_is_seen()
    {
        var id = await PaidAndCancelledAsync();
        await using var worker = new WorkerFactory(() => _service.Server.CreateHandler()) { SharesWith = _service, HasSandbox = false };
        await worker.HearAsync(new RefundRequested { OrderId = id, Amount = new(3378) });
        await Answers.EventuallyAsync(
            async () => (await Payments.FindAsync(id, default))!.RefundDueSince is not null,
            "the refund is owed"
        );

        await _service.LaterAsync(_silence);
        var found = (await CheckAsync(mend: false)).ShouldHaveSingleItem();
        (found.OrderId, found.Corruption.Name).ShouldBe((id, Corruptions.RefundOwed));
        (await _service.Get<ExplainOrder>().Handle(id, default)).ShouldNotBeNull().ShouldContain("refund owed since");
        (await StoredAsync(id)).PaymentStatus.ShouldBe(PaymentStatus.Paid);
    }

    [Fact]
    public async Task A_kitchen_that_does_not_answer_leaves_payments_and_refunds_to_be_told_again()
    {
        _service.Kitchen.Route = _ => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused");
        var (paid, confirmed) = (await _service.PlacedAsync("credit_card"), await _service.InAsync(OrderStatus.Confirmed));
        await CollectedAsync(paid, "credit_card");
        await _service.LaterAsync(_silence);

        (await LookAsync()).ShouldBe(1);

        (await StoredAsync(paid)).Status.ShouldBe(OrderStatus.Confirmed);
        (await ToldAsync(confirmed, nameof(OrderConfirmed))).ShouldBe(1);
    }

    private async Task<string> PaidAndCancelledAsync()
    {
        var id = await _service.InAsync(OrderStatus.Confirmed, "credit_card");
        await CollectedAsync(id, "credit_card");
        await ChangeAsync(id, order => order.RequestCancellation("changed my mind", byManager: false, Now()));
        await ChangeAsync(id, order => order.CancelAfterWithdrawal(Now()));
        (await StoredAsync(id)).IsRefundOwed().ShouldBeTrue();
        return id;
    }

    /// <summary>Stores a payment that the worker collected and whose event was lost.</summary>
    private async Task CollectedAsync(string id, string method)
    {
        var requested = WorkerFactory.Requested(id, method == "cash" ? null : "tok_ok");
        var payment = Payment.For(requested);
        payment.Succeed(method == "cash" ? null : "pay_1", Now());
        (await Payments.AddAsync(payment, [], handled: null, default)).ShouldBeTrue();
    }

    private void Ticket(string id, DateTimeOffset? startedAt = null, DateTimeOffset? readyAt = null) =>
        _tickets.Add(
            new
            {
                orderId = id,
                startedAt,
                readyAt,
                chef = startedAt is null ? null : "chef-1",
            }
        );

    private Cause Now() => new("test", _service.Clock.GetUtcNow());

    private Task<int> LookAsync() => _service.Get<TellAgain>().RunAsync(Now(), Guid.NewGuid(), default);

    private async Task<List<Finding>> CheckAsync(bool mend)
    {
        var found = new List<Finding>();
        await foreach (var finding in _service.Get<RepairOrders>().Handle(mend, new TellAgainOptions().After, default))
        {
            found.Add(finding);
        }

        return found;
    }

    private async Task ChangeAsync(string id, Func<Order, Result<IReadOnlyList<Event>>> change)
    {
        // The events are lost.
        var order = await StoredAsync(id);
        change(order).OrThrow();
        (await Orders.SaveAsync(order, [], handled: null, default)).ShouldBe(SaveResult.Saved);
    }

    private async Task<Order> StoredAsync(string id) => (await Orders.FindAsync(id, default)).ShouldNotBeNull();

    private async Task<int> ToldAsync(string id, string type) => (await StoredAsync(id)).History.Count(entry => entry.Type == type);
}
