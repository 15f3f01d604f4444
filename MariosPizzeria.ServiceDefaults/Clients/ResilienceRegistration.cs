using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>Time limits, retries and circuit breaker of a client.</summary>
/// <param name="Timeout">For one attempt: connection, headers and body together.</param>
/// <param name="Retries">How often a failed attempt is repeated, with back-off and jitter, where <see cref="IsRepeatable"/>.</param>
/// <param name="FirstDelay">Before the first retry; doubled for each further one.</param>
/// <param name="FailureRatio">The share of failed calls in ten seconds that opens the breaker, for two seconds.</param>
/// <param name="MinimumThroughput">With fewer calls in ten seconds the breaker stays closed.</param>
public sealed record ResiliencePolicy(TimeSpan Timeout, int Retries, TimeSpan FirstDelay, double FailureRatio, int MinimumThroughput)
{
    /// <summary>For another service of ours.</summary>
    public static readonly ResiliencePolicy Service = new(
        TimeSpan.FromSeconds(3),
        Retries: 3,
        TimeSpan.FromMilliseconds(100),
        FailureRatio: 0.5,
        MinimumThroughput: 20
    );

    /// <summary>The name in <see cref="ServiceUnavailableException"/>; where null, the host of the request's address.</summary>
    public string? Name { get; init; }

    /// <summary>How long a connection may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether an answer is a failure. A service's 503 is a problem document, and so an answer.</summary>
    public Func<HttpStatusCode, bool> IsTransient { get; init; } =
        status => status is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout or HttpStatusCode.InternalServerError;

    /// <summary>Whether a request may be sent again after it may have arrived.</summary>
    public Func<HttpRequestMessage, bool> IsRepeatable { get; init; } =
        request => request.Method == HttpMethod.Get || request.Options.TryGetValue(ServiceRequest.Repeatable, out _);
}

/// <summary>Gives a client its resilience pipeline.</summary>
public static class ResilienceRegistration
{
    /// <summary>
    /// Sends the client's requests to the replicas that service discovery names, with the policy's time limits, retries and circuit
    /// breaker. A call without an answer throws <see cref="ServiceUnavailableException"/>. Every body is read whole: not for a client of
    /// streams. A client of several services wants <c>SelectPipelineByAuthority()</c>, a breaker for each.
    /// </summary>
    public static IHttpResiliencePipelineBuilder AddResilience(this IHttpClientBuilder client, ResiliencePolicy policy)
    {
        client.AddHttpMessageHandler(() => new UnavailableHandler(policy.Name));
        var resilience = client
            // The primary handler renews its connections itself.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() =>
                new SocketsHttpHandler
                {
                    PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                    ConnectTimeout = policy.ConnectTimeout,

                    // Headers that tracing passes on (tracestate) may have bytes outside ASCII.
                    RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
                }
            )
            .AddResilienceHandler("resilience", pipeline => Configure(pipeline, policy));
        client.AddHttpMessageHandler(provider => new ReplicaHandler(provider.GetRequiredService<Replicas>()));
        return resilience;
    }

    // Not the standard pipeline: its rate limiter refuses the 1,001st concurrent call.
    private static void Configure(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, ResiliencePolicy policy)
    {
        pipeline
            .AddRetry(
                new HttpRetryStrategyOptions
                {
                    MaxRetryAttempts = policy.Retries,
                    Delay = policy.FirstDelay,
                    ShouldRetryAfterHeader = false,
                    ShouldHandle = args =>
                        ValueTask.FromResult(IsTransient(args.Outcome) && policy.IsRepeatable(args.Context.GetRequestMessage()!)),
                }
            )
            .AddCircuitBreaker(
                new HttpCircuitBreakerStrategyOptions
                {
                    FailureRatio = policy.FailureRatio,
                    MinimumThroughput = policy.MinimumThroughput,
                    SamplingDuration = TimeSpan.FromSeconds(10),
                    BreakDuration = TimeSpan.FromSeconds(2),
                    ShouldHandle = args => ValueTask.FromResult(IsTransient(args.Outcome)),
                }
            )
            .AddTimeout(policy.Timeout);

        bool IsTransient(Outcome<HttpResponseMessage> outcome) =>
            outcome.Exception is HttpRequestException or TimeoutRejectedException
            || (outcome.Result is { } answer && policy.IsTransient(answer.StatusCode));
    }
}

/// <summary>
/// Makes a call without an answer a <see cref="ServiceUnavailableException"/>. A fallback strategy would allocate 500 bytes more for each call.
/// </summary>
internal sealed class UnavailableHandler(string? name) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutRejectedException or BrokenCircuitException or HttpRequestException)
        {
            throw new ServiceUnavailableException(name ?? request.RequestUri!.Host, e);
        }
    }
}

/// <summary>What a caller may say about a request.</summary>
public static class ServiceRequest
{
    /// <summary>Set on a request that may be sent again although its method is not GET.</summary>
    public static readonly HttpRequestOptionsKey<bool> Repeatable = new("repeatable");
}

/// <summary>Another service could not be reached, or gave no answer in time.</summary>
public sealed class ServiceUnavailableException : Exception
{
    /// <summary>Of which service, and what happened.</summary>
    public ServiceUnavailableException(string service, Exception inner)
        : base($"{service} does not answer.", inner) { }
}
