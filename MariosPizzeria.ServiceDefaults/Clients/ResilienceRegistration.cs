using System.Net;
using System.Text;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using PizzeriaJson = MariosPizzeria.Contracts.PizzeriaJson;

namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>Timeouts, retries and circuit breaker of a client.</summary>
/// <param name="Timeout">The timeout of one attempt: connection, headers and body together.</param>
/// <param name="Retries">The number of retries of a failed attempt, with back-off and jitter, if <see cref="IsRepeatable"/>.</param>
/// <param name="FirstDelay">The delay before the first retry; doubled for each further one.</param>
/// <param name="FailureRatio">The share of failed calls in ten seconds that opens the circuit breaker, for two seconds.</param>
/// <param name="MinimumThroughput">With fewer calls in ten seconds the circuit breaker stays closed.</param>
public sealed record ResiliencePolicy(TimeSpan Timeout, int Retries, TimeSpan FirstDelay, double FailureRatio, int MinimumThroughput)
{
    /// <summary>The policy for another service of ours.</summary>
    public static readonly ResiliencePolicy Service = new(
        TimeSpan.FromSeconds(3),
        Retries: 3,
        TimeSpan.FromMilliseconds(100),
        FailureRatio: 0.5,
        MinimumThroughput: 20
    );

    /// <summary>The name in <see cref="ServiceUnavailableException"/>; if null, the host of the request's address.</summary>
    public string? Name { get; init; }

    /// <summary>The timeout for establishing a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether a response is a failure. A service's 503 is a problem document, and therefore a valid response.</summary>
    public Func<HttpStatusCode, bool> IsTransient { get; init; } =
        status => status is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout or HttpStatusCode.InternalServerError;

    /// <summary>Whether a request may be sent again after it may have arrived.</summary>
    public Func<HttpRequestMessage, bool> IsRepeatable { get; init; } =
        request => request.Method == HttpMethod.Get || request.Options.TryGetValue(ServiceRequest.Repeatable, out _);
}

/// <summary>Adds a resilience pipeline to a client.</summary>
public static class ResilienceRegistration
{
    /// <summary>
    /// Sends the client's requests to the replicas that service discovery names, with the policy's timeouts, retries and circuit breaker. A
    /// call without a response throws <see cref="ServiceUnavailableException"/>. Every body is read completely, so it is not for a client
    /// of streams. A client of several services needs <c>SelectPipelineByAuthority()</c>, for one circuit breaker per service.
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
            .AddResilienceHandler(
                "resilience",
                (pipeline, context) =>
                {
                    pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
                    Configure(pipeline, policy, context.ServiceProvider.GetRequiredService<RandomSource>());
                }
            );
        client.AddHttpMessageHandler(provider => new ReplicaHandler(provider.GetRequiredService<Replicas>()));
        return resilience;
    }

    // Not the standard pipeline: its rate limiter rejects the 1,001st concurrent call.
    internal static void Configure(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, ResiliencePolicy policy, RandomSource random)
    {
        pipeline
            .AddRetry(
                new HttpRetryStrategyOptions
                {
                    MaxRetryAttempts = policy.Retries,
                    Delay = policy.FirstDelay,
                    Randomizer = random.NextDouble,
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
/// Converts a call without a response to a <see cref="ServiceUnavailableException"/>. A fallback strategy would allocate 500 bytes more for
/// each call.
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

/// <summary>Options that a caller can set on a request.</summary>
public static class ServiceRequest
{
    /// <summary>Set on a request that may be sent again although its method is not GET.</summary>
    public static readonly HttpRequestOptionsKey<bool> Repeatable = new("repeatable");

    /// <summary>Creates a POST request that may be sent again.</summary>
    /// <param name="body">The body, sent as JSON; null for none.</param>
    public static HttpRequestMessage RepeatablePost(string uri, object? body = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, uri)
        {
            Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: PizzeriaJson.Options),
        };
        request.Options.Set(Repeatable, value: true);
        return request;
    }
}

/// <summary>Another service could not be reached, or did not respond in time.</summary>
public sealed class ServiceUnavailableException : Exception
{
    /// <summary>Creates the exception for a service, with the cause.</summary>
    public ServiceUnavailableException(string service, Exception inner)
        : base($"{service} does not answer.", inner) { }

    /// <summary>
    /// Creates the exception for a response status that says neither that the request was carried out nor that it was refused.
    /// </summary>
    /// <param name="request">The request, as the beginning of a sentence: <c>Withdrawing a ticket</c>.</param>
    public ServiceUnavailableException(string service, string request, HttpStatusCode status)
        : this(service, new HttpRequestException($"{request} was answered with status {(int)status}.", inner: null, status)) { }
}
