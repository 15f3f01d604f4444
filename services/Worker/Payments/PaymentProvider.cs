using System.Net;
using System.Net.Http.Headers;
using MariosPizzeria.BuildingBlocks.Idempotency;

namespace MariosPizzeria.Worker.Payments;

/// <summary>The payment provider's address and API key.</summary>
/// <param name="Address">The base address; null if it is not known.</param>
/// <param name="Key">The API key; null if no payment may be attempted.</param>
public sealed record PaymentProviderOptions(Uri? Address, string? Key)
{
    /// <summary>Whether a payment may be attempted.</summary>
    public bool IsConfigured => Key is not null && Address is not null;
}

/// <summary>The provider's response to a charge.</summary>
/// <param name="IsPaid">Whether it took the money.</param>
/// <param name="Reference">The provider's reference; null if it declined.</param>
public sealed record ChargeAnswer(bool IsPaid, string? Reference);

/// <summary>
/// The payment provider over HTTP. Every request has an idempotency key made from the order, so that no repetition, neither a retry nor one
/// after a crash, charges or refunds money twice.
/// </summary>
public sealed class PaymentProvider(HttpClient http, PaymentProviderOptions options)
{
    private const string Name = "payment provider";

    /// <summary>Charges an amount to a card.</summary>
    /// <exception cref="ServiceUnavailableException">
    /// There is no clear response: the money may or may not have been taken. To be retried.
    /// </exception>
    public async Task<ChargeAnswer> ChargeAsync(string orderId, Money amount, string cardToken, CancellationToken cancellationToken)
    {
        var (status, answer) = await PostAsync(
            "payments",
            orderId,
            new
            {
                amount,
                currency = Money.Currency,
                cardToken,
                orderId,
            },
            cancellationToken
        );
        return status switch
        {
            HttpStatusCode.OK or HttpStatusCode.Created when answer.Status == "paid" => new(IsPaid: true, answer.Reference),
            HttpStatusCode.PaymentRequired => new(IsPaid: false, Reference: null),
            _ => throw Unclear(status),
        };
    }

    /// <summary>Refunds the money that was taken for an order; does nothing if no money was taken.</summary>
    /// <param name="key">The idempotency key: repeated calls with one key count as one call.</param>
    /// <returns>The provider's reference of the refund; null if no money had been taken.</returns>
    /// <exception cref="ServiceUnavailableException">There is no clear response. To be retried.</exception>
    public async Task<string?> RefundAsync(string orderId, string key, Money amount, CancellationToken cancellationToken)
    {
        var (status, answer) = await PostAsync(
            "refunds",
            $"refund-{key}",
            new
            {
                amount,
                currency = Money.Currency,
                orderId,
            },
            cancellationToken
        );
        return status is HttpStatusCode.OK or HttpStatusCode.Created ? answer.Reference : throw Unclear(status);
    }

    private static ServiceUnavailableException Unclear(HttpStatusCode status) =>
        new(Name, new HttpRequestException($"It answered {(int)status}.", inner: null, status));

    private async Task<(HttpStatusCode Status, Answer Answer)> PostAsync(
        string path,
        string idempotencyKey,
        object body,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Address!, path))
        {
            Content = JsonContent.Create(body, options: PizzeriaJson.Options),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
        request.Headers.Add(IdempotencyFilter.Header, idempotencyKey);

        using var response = await http.SendAsync(request, cancellationToken);
        return (
            response.StatusCode,
            response.IsSuccessStatusCode ? await response.ReadAsync<Answer>(Name, cancellationToken) : new("", Reference: null)
        );
    }

    private sealed record Answer(string Status, string? Reference);
}
