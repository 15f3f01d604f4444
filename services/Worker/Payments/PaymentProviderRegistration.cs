using System.Net;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.Worker.Payments;

namespace MariosPizzeria.Worker;

/// <summary>Attaches a process to the payment provider.</summary>
public static class PaymentProviderRegistration
{
    private const string UrlSetting = "PAYMENT_URL";
    private const string KeySetting = "PAYMENT_API_KEY";

    // The sandbox wants a key, as a provider does, and takes any.
    private const string SandboxKey = "sandbox";

    // Repeating is safe: every request carries an idempotency key.
    private static readonly ResiliencePolicy Policy = new(
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
    /// The provider at <c>PAYMENT_URL</c> with <c>PAYMENT_API_KEY</c>. Without a key no payment is attempted; in Development the Order
    /// service's sandbox stands in for a provider that is not configured.
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
                builder.ReportFault(UrlSetting, "is not an http:// or https:// URL");
            }
        }
        else if (development)
        {
            address = builder.KnowsService("order") ? new Uri(Replicas.AddressOf("order"), "sandbox/") : null;
            key ??= SandboxKey;
        }
        else if (key is not null)
        {
            builder.ReportFault(UrlSetting, $"is required where {KeySetting} is set");
        }

        builder.Services.AddSingleton(new PaymentProviderOptions(address, key));
        builder
            // Each attempt has its own time limit, connection, headers and body together; all attempts and pauses have no other.
            .Services.AddHttpClient<PaymentProvider>(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .AddResilience(Policy);
        return builder;
    }
}
