using System.Net;
using MariosPizzeria.ServiceDefaults.Clients;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace MariosPizzeria.Working.Payments;

/// <summary>
/// A try takes ten seconds at most, a failed one is repeated twice at spread times on the next address, and a provider that fails
/// anyway is left in peace for a while. Repeating is safe: every request carries an idempotency key.
/// </summary>
internal sealed class ProviderResilience(PaymentProviderOptions options, TimeProvider time) : DelegatingHandler
{
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>
    {
        TimeProvider = time,
    }
        .AddRetry(
            new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(200),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = args => ValueTask.FromResult(IsTransient(args.Outcome)),
                OnRetry = args =>
                {
                    args.Outcome.Result?.Dispose();
                    return ValueTask.CompletedTask;
                },
            }
        )
        .AddCircuitBreaker(
            new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                FailureRatio = 0.8,
                MinimumThroughput = 50,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = TimeSpan.FromSeconds(2),
                ShouldHandle = args => ValueTask.FromResult(IsTransient(args.Outcome)),
            }
        )
        .AddTimeout(TimeSpan.FromSeconds(10))
        .Build();

    private int _next = Random.Shared.Next(1024);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var operation = request.RequestUri!.Segments[^1];
        try
        {
            return await _pipeline.ExecuteAsync(
                async token =>
                {
                    request.RequestUri = new Uri(Next(), operation);
                    return await base.SendAsync(request, token);
                },
                cancellationToken
            );
        }
        catch (Exception e) when (e is TimeoutRejectedException or BrokenCircuitException or HttpRequestException)
        {
            throw new ServiceUnavailableException("payment provider", e);
        }
    }

    private static bool IsTransient(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException or TimeoutRejectedException
        || outcome.Result?.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests;

    private Uri Next() => options.Addresses[(int)((uint)Interlocked.Increment(ref _next) % (uint)options.Addresses.Count)];
}
