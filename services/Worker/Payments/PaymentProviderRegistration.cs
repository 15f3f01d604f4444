using System.Net;
using MariosPizzeria.BuildingBlocks.Clients;
using MariosPizzeria.Worker.Payments;

namespace MariosPizzeria.Worker;

/// <summary>Registers the payment provider.</summary>
public static class PaymentProviderRegistration
{
    private const string UrlSetting = "PAYMENT_URL";
    private const string KeySetting = "PAYMENT_API_KEY";

    // The sandbox requires a key, like a provider, and accepts any.
    private const string SandboxKey = "sandbox";

    // Retries are safe, because every request has an idempotency key.
    internal static readonly ResiliencePolicy Policy = new(
        TimeSpan.FromSeconds(10),
        Retries: 2,
        TimeSpan.FromMilliseconds(200),
        FailureRatio: 0.8,
        MinimumThroughput: 50
    )
    {
        Name = "payment provider",
        ConnectTimeout = TimeSpan.FromSeconds(2),
        IsTransient = status => status is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests,
        IsRepeatable = _ => true,
    };

    /// <summary>
    /// Registers the provider at <c>PAYMENT_URL</c> with <c>PAYMENT_API_KEY</c>. Without a key no payment is attempted; in Development the
    /// Order service's sandbox replaces a provider that is not configured.
    /// </summary>
    public static WebApplicationBuilder AddPaymentProvider(this WebApplicationBuilder builder)
    {
        var development = builder.Environment.IsDevelopment();
        var key = builder.Configuration[KeySetting] is { Length: > 0 } configured ? configured : null;
        Uri? address = null;
        if (builder.Configuration[UrlSetting] is { Length: > 0 } url)
        {
            if (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out address) || address.Scheme is not ("http" or "https"))
            {
                builder.ReportError(UrlSetting, "is not an http:// or https:// URL");
            }
        }
        else if (development)
        {
            address = builder.KnowsService("order") ? new Uri(Replicas.AddressOf("order"), "sandbox/") : null;
            key ??= SandboxKey;
        }
        else if (key is not null)
        {
            builder.ReportError(UrlSetting, $"is required where {KeySetting} is set");
        }

        builder.Services.AddSingleton(new PaymentProviderOptions(address, key));
        builder
            // Each attempt has its own timeout for connection, headers and body together; all attempts and pauses together have no other
            // timeout.
            .Services.AddHttpClient<PaymentProvider>(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .AddResilience(Policy);
        return builder;
    }
}
