using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>
/// What every call to another service is given: an answer within a time, another try where that can do no harm, and a breaker
/// that spares a service which fails anyway.
/// </summary>
internal sealed class ResilienceHandler : DelegatingHandler
{
    private static readonly ResiliencePropertyKey<bool> Repeatable = new("repeatable");

    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>()
        .AddRetry(
            new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = 3,
                Delay = TimeSpan.FromMilliseconds(100),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = args =>
                    ValueTask.FromResult(args.Context.Properties.GetValue(Repeatable, defaultValue: false) && IsTransient(args.Outcome)),
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
                FailureRatio = 0.5,
                MinimumThroughput = 20,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = TimeSpan.FromSeconds(2),
                ShouldHandle = args => ValueTask.FromResult(IsTransient(args.Outcome)),
            }
        )
        .AddTimeout(TimeSpan.FromSeconds(3))
        .Build();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Remembered now: what is sent on bears a replica's address.
        var service = request.RequestUri!.Host;
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(
            Repeatable,
            request.Method == HttpMethod.Get || request.Options.TryGetValue(ServiceRequest.Repeatable, out _)
        );
        try
        {
            return await _pipeline.ExecuteAsync(
                static async (context, state) => await state.Send(state.request, context.CancellationToken),
                context,
                (Send: (Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>)base.SendAsync, request)
            );
        }
        catch (Exception e) when (e is TimeoutRejectedException or BrokenCircuitException or HttpRequestException)
        {
            throw new ServiceUnavailableException(service, e);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static bool IsTransient(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException or TimeoutRejectedException
        || outcome.Result?.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout or HttpStatusCode.InternalServerError;
}

/// <summary>What a caller may say about a request.</summary>
public static class ServiceRequest
{
    /// <summary>Set on a request whose repetition does no harm though it is no GET.</summary>
    public static readonly HttpRequestOptionsKey<bool> Repeatable = new("repeatable");
}

/// <summary>Another service could not be reached, or gave no answer in time.</summary>
public sealed class ServiceUnavailableException : Exception
{
    /// <summary>Of which service, and what happened.</summary>
    public ServiceUnavailableException(string service, Exception inner)
        : base($"{service} does not answer.", inner) { }
}
