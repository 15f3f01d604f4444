using System.Net;
using System.Net.Http.Headers;
using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Idempotency;

namespace MariosPizzeria.Worker.Payments;

/// <summary>Where the provider is, and what it knows us by.</summary>
/// <param name="Address">The base address; null where it is not known.</param>
/// <param name="Key">Null where no payment may be attempted.</param>
public sealed record PaymentProviderOptions(Uri? Address, string? Key)
{
    /// <summary>Whether a payment may be attempted.</summary>
    public bool IsConfigured => Key is not null && Address is not null;
}

/// <summary>What the provider said to a charge.</summary>
/// <param name="IsPaid">Whether it took the money.</param>
/// <param name="Reference">Its reference; null where it declined.</param>
public sealed record ChargeAnswer(bool IsPaid, string? Reference);

/// <summary>
/// The payment provider over HTTP. Every call carries an idempotency key made from the order, so that no repetition, by us or after a
/// crash, takes or gives money twice.
/// </summary>
public sealed class PaymentProvider(HttpClient http, PaymentProviderOptions options)
{
    private const string Name = "payment provider";

    /// <summary>Takes an amount from a card.</summary>
    /// <exception cref="ServiceUnavailableException">No clear answer: it may or may not have been taken. To be asked again.</exception>
    public async Task<ChargeAnswer> Charge(string orderId, Money amount, string cardToken, CancellationToken cancellationToken)
    {
        var (status, answer) = await Post(
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
            _ => throw NoClearAnswer(status),
        };
    }

    /// <summary>Gives back what was taken for an order; where nothing was, nothing is given.</summary>
    /// <param name="orderId">For which it was taken.</param>
    /// <param name="key">Repeated calls with one key are one call.</param>
    /// <param name="amount">How much was taken.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The provider's reference of the refund; null where nothing had been taken.</returns>
    /// <exception cref="ServiceUnavailableException">No clear answer. To be asked again.</exception>
    public async Task<string?> Refund(string orderId, string key, Money amount, CancellationToken cancellationToken)
    {
        var (status, answer) = await Post(
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
        return status is HttpStatusCode.OK or HttpStatusCode.Created ? answer.Reference : throw NoClearAnswer(status);
    }

    private static ServiceUnavailableException NoClearAnswer(HttpStatusCode status) =>
        new(Name, new HttpRequestException($"It answered {(int)status}.", inner: null, status));

    private async Task<(HttpStatusCode Status, Answer Answer)> Post(
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
