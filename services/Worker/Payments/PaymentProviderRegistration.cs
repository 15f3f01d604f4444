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
    private static readonly ResiliencePolicy Patience = new(
        TimeSpan.FromSeconds(10),
        Retries: 2,
        TimeSpan.FromMilliseconds(200),
        FailureRatio: 0.8,
        MinimumThroughput: 50
    )
    {
        Name = "payment provider",
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
        IReadOnlyList<Uri> addresses = [];
        if (builder.Configuration[UrlSetting] is { Length: > 0 } url)
        {
            if (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            {
                addresses = [WithSlash(address)];
            }
            else
            {
                builder.ReportFault(UrlSetting, "is not an http:// or https:// URL");
            }
        }
        else if (development)
        {
            addresses = [.. ServiceEndpoints.Of(builder.Configuration, "order").Select(replica => new Uri(replica, "/sandbox/"))];
            key ??= SandboxKey;
        }
        else if (key is not null)
        {
            builder.ReportFault(UrlSetting, $"is required where {KeySetting} is set");
        }

        builder.Services.AddSingleton(new PaymentProviderOptions(addresses, key));
        builder
            // Each try has its own time limit, connection, headers and body together; all tries and pauses have no other.
            .Services.AddHttpClient<PaymentProvider>(client => client.Timeout = Timeout.InfiniteTimeSpan)
            // The breaker's state lives as long as the process.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() =>
                new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2), ConnectTimeout = TimeSpan.FromSeconds(2) }
            )
            .AddHttpMessageHandler(provider => new ResilienceHandler(Patience, provider.GetRequiredService<TimeProvider>()))
            .AddHttpMessageHandler(provider => new ProviderAddresses(new Rotation(addresses, provider.GetRequiredService<TimeProvider>())));
        return builder;
    }

    private static Uri WithSlash(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new(address.AbsoluteUri + "/");
}
