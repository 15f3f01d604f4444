using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

public sealed class PaymentMetricsTests : IAsyncDisposable
{
    private readonly OrderFactory _sandbox = new();
    private readonly WorkerFactory _worker;

    public PaymentMetricsTests() => _worker = new(() => _sandbox.Server.CreateHandler());

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    [Theory]
    [InlineData("tok_ok", CollectionStatus.Collected, "1 pizzeria.payment.result=paid")]
    [InlineData("tok_declined", CollectionStatus.Failed, "1 pizzeria.payment.result=declined")]
    public async Task An_attempt_counts_once_however_often_its_message_comes(string cardToken, CollectionStatus status, string expected)
    {
        using var attempts = _worker.Services.Measure<long>("pizzeria.payments.attempts");
        var requested = WorkerFactory.Requested("order-1", cardToken);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _worker.HearAsync(requested)));
        await _worker.SettlesAsync("order-1", status);
        await _worker.HearAsync(requested);
        await _worker.HearAsync(WorkerFactory.Requested("order-2", cardToken: null));
        await _worker.SettlesAsync("order-2", CollectionStatus.Collected);

        attempts.Seen().ShouldBe([expected], "cash is no attempt");
    }

    [Fact]
    public async Task An_attempt_that_nobody_answers_counts_as_such_each_time()
    {
        using var attempts = _worker.Services.Measure<long>("pizzeria.payments.attempts");

        await _worker.HearAsync(WorkerFactory.Requested("order-1", "tok_down"));
        await Answers.EventuallyAsync(() => Task.FromResult(attempts.Seen().Count == 2), "it was tried again");
        _worker.Clock.Advance(Payment.ProviderTimeout);
        await _worker.SettlesAsync("order-1", CollectionStatus.Failed);

        // The second or a later attempt found that the time was up.
        attempts.Seen().ShouldAllBe(seen => seen == "1 pizzeria.payment.result=unanswered");
    }
}
