using System.Net;
using System.Net.Http.Json;
using MariosPizzeria.ProcessHost.Chaos;

namespace MariosPizzeria.ProcessHost.Tests.Chaos;

/// <summary>The payment provider of a chaos run moves money once for each key, and records every movement.</summary>
public sealed class RecordingProviderTests : IAsyncLifetime, IDisposable
{
    private readonly RecordingProvider _provider = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _provider.DisposeAsync();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task A_payment_that_is_asked_for_again_is_taken_once_and_a_refund_gives_back_no_more()
    {
        // "ff" is a key whose requests never fail.
        (await PostAsync("payments", "order-ff", "order-ff", 12.5m)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PostAsync("payments", "order-ff", "order-ff", 12.5m)).StatusCode.ShouldBe(HttpStatusCode.OK);
        _provider.Accounts.ShouldBe([new("order-ff", 1, 12.5m, 0)]);

        (await PostAsync("refunds", "one-ff", "order-ff", 12.5m)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PostAsync("refunds", "another-ff", "order-ff", 12.5m)).StatusCode.ShouldBe(HttpStatusCode.OK);
        _provider.Accounts.ShouldBe([new("order-ff", 1, 12.5m, 12.5m)]);
    }

    [Fact]
    public async Task A_second_charge_under_another_key_is_recorded_and_another_body_under_the_same_key_refused()
    {
        await PostAsync("payments", "order-ff", "order-ff", 1);
        await PostAsync("payments", "other-ff", "order-ff", 1);
        (await PostAsync("payments", "order-ff", "order-ff", 2)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);

        _provider.Accounts.ShouldBe([new("order-ff", 2, 2, 0)]);
    }

    [Fact]
    public async Task A_declined_card_and_a_refund_of_nothing_move_no_money()
    {
        (await PostAsync("payments", "order-ff", "order-ff", 1, "tok_declined")).StatusCode.ShouldBe(HttpStatusCode.PaymentRequired);
        (await PostAsync("refunds", "order-ff", "order-ff", 1)).StatusCode.ShouldBe(HttpStatusCode.OK);

        _provider.Accounts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Some_requests_are_refused_at_first_and_some_carried_out_without_a_whole_answer()
    {
        (await PostAsync("payments", "order-0a", "order-0a", 1)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        _provider.Accounts.ShouldBeEmpty();

        await Should.ThrowAsync<HttpRequestException>(() => PostAsync("payments", "order-00", "order-00", 1));
        _provider.Accounts.ShouldBe([new("order-00", 1, 1, 0)]);
        (await PostAsync("payments", "order-00", "order-00", 1)).StatusCode.ShouldBe(HttpStatusCode.OK);
        _provider.Accounts.ShouldBe([new("order-00", 1, 1, 0)]);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string key, string orderId, decimal amount, string card = "tok_ok")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_provider.Address, path))
        {
            Content = JsonContent.Create(
                new
                {
                    orderId,
                    amount,
                    cardToken = card,
                }
            ),
            Headers = { { "Authorization", "Bearer key" }, { "Idempotency-Key", key } },
        };
        return await _http.SendAsync(request);
    }
}
