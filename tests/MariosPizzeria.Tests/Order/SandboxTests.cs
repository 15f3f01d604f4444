using System.Net.Http.Headers;
using MariosPizzeria.Contracts;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

public sealed class SandboxTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Without_a_key_nothing_is_paid() =>
        await _service.Anonymous().PostAsync("/sandbox/payments", Payment("tok_ok")).ProblemAsync(401, "unauthenticated");

    [Theory]
    [InlineData("tok_ok", 200, "paid")]
    [InlineData("tok_declined", 402, "declined")]
    public async Task A_card_pays_or_does_not(string cardToken, int status, string said) =>
        (await SendAsync("/sandbox/payments", "order-1", Payment(cardToken)).JsonAsync(status))
            .GetProperty("status")
            .GetString()
            .ShouldBe(said);

    [Fact]
    public async Task The_same_key_takes_the_money_once_and_another_amount_is_refused()
    {
        var first = await SendAsync("/sandbox/payments", "order-1", Payment("tok_ok")).JsonAsync();
        var again = await SendAsync("/sandbox/payments", "order-1", Payment("tok_ok")).JsonAsync();

        again.GetProperty("reference").GetString().ShouldBe(first.GetProperty("reference").GetString());
        await SendAsync("/sandbox/payments", "order-1", Payment("tok_ok", amount: 1)).ProblemAsync(422, "idempotency-mismatch");
    }

    [Fact]
    public async Task A_provider_that_is_down_says_when_to_come_back() =>
        await SendAsync("/sandbox/payments", "order-1", Payment("tok_down")).ProblemAsync(503, "unavailable");

    [Fact]
    public async Task Only_what_was_paid_is_given_back()
    {
        await SendAsync("/sandbox/payments", "order-1", Payment("tok_ok")).JsonAsync();

        var paid = await SendAsync("/sandbox/refunds", "refund-order-1", Refund("order-1")).JsonAsync();
        var unpaid = await SendAsync("/sandbox/refunds", "refund-order-2", Refund("order-2")).JsonAsync();

        paid.GetProperty("status").GetString().ShouldBe("refunded");
        unpaid.GetProperty("status").GetString().ShouldBe("nothing_paid");
    }

    private static object Payment(string cardToken, decimal amount = 55.77m) =>
        new
        {
            amount,
            currency = "USD",
            cardToken,
            orderId = "order-1",
        };

    private static object Refund(string orderId) =>
        new
        {
            amount = 55.77m,
            currency = "USD",
            orderId,
        };

    private async Task<HttpResponseMessage> SendAsync(string path, string key, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = System.Net.Http.Json.JsonContent.Create(body, options: PizzeriaJson.Options),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "sandbox");
        request.Headers.Add("Idempotency-Key", key);
        return await _service.Anonymous().SendAsync(request);
    }
}
