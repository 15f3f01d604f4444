using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Idempotency;

namespace MariosPizzeria.OrderService.Sandbox;

/// <summary>A request to the provider to charge a card.</summary>
public sealed record SandboxPayment(Money Amount, string Currency, string CardToken, string OrderId);

/// <summary>A request to the provider to refund a payment.</summary>
public sealed record SandboxRefund(Money Amount, string Currency, string OrderId);

/// <summary>The response of the provider.</summary>
/// <param name="Status"><c>paid</c>, <c>declined</c>, <c>refunded</c>, or <c>nothing_paid</c>.</param>
/// <param name="Reference">The reference of the provider; null if no money was moved.</param>
public sealed record SandboxAnswer(string Status, string? Reference);

/// <summary>
/// A payment provider for Development, over real HTTP. It behaves like a real one: it requires an API key, is idempotent, and declines,
/// delays or fails depending on the token of the card. Its responses are stored in the cache, so that all replicas know them.
/// </summary>
public static class PaymentSandbox
{
    private static readonly TimeSpan SlowCardDelay = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(24);

    /// <summary>POST /sandbox/payments.</summary>
    public static async Task<IResult> PostPayment(
        SandboxPayment payment,
        HttpContext http,
        ICache cache,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (Refusal(http) is { } refusal)
        {
            return refusal.ToProblem();
        }

        switch (payment.CardToken)
        {
            case "tok_down":
                return Error.Unavailable("The provider is down.", TimeSpan.FromSeconds(1)).ToProblem();
            case "tok_slow":
                await Task.Delay(SlowCardDelay, time, cancellationToken);
                break;
        }

        return await OnceAsync(
            cache,
            $"sandbox:payment:{http.Request.Headers[IdempotencyFilter.Header]}",
            payment,
            payment.CardToken == "tok_declined" ? new("declined", Reference: null) : new("paid", "pay_" + Guid.NewGuid().ToString("N")),
            cancellationToken
        );
    }

    /// <summary>POST /sandbox/refunds; the payment of the order had the order's id as its idempotency key.</summary>
    public static async Task<IResult> PostRefund(SandboxRefund refund, HttpContext http, ICache cache, CancellationToken cancellationToken)
    {
        if (Refusal(http) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var wasPaid =
            await cache.GetAsync($"sandbox:payment:{refund.OrderId}", cancellationToken) is { } text && Read(text).Answer.Status == "paid";
        return await OnceAsync(
            cache,
            $"sandbox:refund:{http.Request.Headers[IdempotencyFilter.Header]}",
            refund,
            wasPaid ? new("refunded", "ref_" + Guid.NewGuid().ToString("N")) : new("nothing_paid", Reference: null),
            cancellationToken
        );
    }

    private static Error? Refusal(HttpContext http) =>
        !http.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.Ordinal)
            ? new(ErrorCodes.Unauthenticated, "The provider requires a key.")
        : http.Request.Headers[IdempotencyFilter.Header].Count != 1
            ? Error.Validation(new Dictionary<string, string[]>(StringComparer.Ordinal) { [IdempotencyFilter.Header] = ["is required"] })
        : null;

    /// <summary>Returns the answer, or the earlier answer to the same key.</summary>
    private static async Task<IResult> OnceAsync<TRequest>(
        ICache cache,
        string key,
        TRequest request,
        SandboxAnswer answer,
        CancellationToken cancellationToken
    )
    {
        var asked = JsonSerializer.Serialize(request, PizzeriaJson.Options);
        var entry = JsonSerializer.Serialize(new Remembrance(asked, answer), PizzeriaJson.Options);
        if (
            !await cache.AddAsync(key, entry, Remembered, cancellationToken)
            && await cache.GetAsync(key, cancellationToken) is { } text
            && Read(text) is var earlier
        )
        {
            if (earlier.Request != asked)
            {
                return new Error(ErrorCodes.IdempotencyMismatch, "This key was already used with another body.").ToProblem();
            }

            answer = earlier.Answer;
        }

        return Results.Json(
            answer,
            statusCode: answer.Status == "declined" ? StatusCodes.Status402PaymentRequired : StatusCodes.Status200OK
        );
    }

    private static Remembrance Read(string text) => JsonSerializer.Deserialize<Remembrance>(text, PizzeriaJson.Options)!;

    private sealed record Remembrance(string Request, SandboxAnswer Answer);
}
