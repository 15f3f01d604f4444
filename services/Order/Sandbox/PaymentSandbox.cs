using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Idempotency;

namespace MariosPizzeria.OrderService.Sandbox;

/// <summary>What a provider is asked to take.</summary>
public sealed record SandboxPayment(Money Amount, string Currency, string CardToken, string OrderId);

/// <summary>What a provider is asked to give back.</summary>
public sealed record SandboxRefund(Money Amount, string Currency, string OrderId);

/// <summary>What a provider answers.</summary>
/// <param name="Status"><c>paid</c>, <c>declined</c>, <c>refunded</c>, or <c>nothing_paid</c>.</param>
/// <param name="Reference">The provider's; null where no money moved.</param>
public sealed record SandboxAnswer(string Status, string? Reference);

/// <summary>
/// A payment provider for Development, over real HTTP and with a provider's manners: a key, idempotency, declines, slowness and
/// outages, by the card's token. What it has answered is in the cache, so that all replicas know it.
/// </summary>
public static class PaymentSandbox
{
    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(3);
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
                return Fault.Unavailable("The provider is down.", TimeSpan.FromSeconds(1)).ToProblem();
            case "tok_slow":
                await Task.Delay(Slowness, time, cancellationToken);
                break;
        }

        return await Once(
            cache,
            $"sandbox:payment:{http.Request.Headers[IdempotencyFilter.Header]}",
            payment,
            payment.CardToken == "tok_declined" ? new("declined", Reference: null) : new("paid", "pay_" + Guid.NewGuid().ToString("N")),
            cancellationToken
        );
    }

    /// <summary>POST /sandbox/refunds; the order's payment came with the order's id as its key.</summary>
    public static async Task<IResult> PostRefund(SandboxRefund refund, HttpContext http, ICache cache, CancellationToken cancellationToken)
    {
        if (Refusal(http) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var wasPaid =
            await cache.Get($"sandbox:payment:{refund.OrderId}", cancellationToken) is { } text && Read(text).Answer.Status == "paid";
        return await Once(
            cache,
            $"sandbox:refund:{http.Request.Headers[IdempotencyFilter.Header]}",
            refund,
            wasPaid ? new("refunded", "ref_" + Guid.NewGuid().ToString("N")) : new("nothing_paid", Reference: null),
            cancellationToken
        );
    }

    private static Fault? Refusal(HttpContext http) =>
        !http.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.Ordinal)
            ? new(Slugs.Unauthenticated, "The provider wants a key.")
        : http.Request.Headers[IdempotencyFilter.Header].Count != 1
            ? Fault.Validation(new Dictionary<string, string[]>(StringComparer.Ordinal) { [IdempotencyFilter.Header] = ["is required"] })
        : null;

    /// <summary>Gives the answer, or the one that the same key was given before.</summary>
    private static async Task<IResult> Once<TRequest>(
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
            !await cache.Add(key, entry, Remembered, cancellationToken)
            && await cache.Get(key, cancellationToken) is { } text
            && Read(text) is var earlier
        )
        {
            if (earlier.Request != asked)
            {
                return new Fault(Slugs.IdempotencyMismatch, "This key came with another body before.").ToProblem();
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
