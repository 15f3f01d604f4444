using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>How patient a client is with somebody it calls.</summary>
/// <param name="Timeout">For one try: connection, headers and body together.</param>
/// <param name="Retries">How often a failed try is repeated, at spread times, where that can do no harm.</param>
/// <param name="FirstDelay">Before the first repetition; doubled for each further one.</param>
/// <param name="FailureRatio">So much of the calls of ten seconds must fail for the breaker to open, for two seconds.</param>
/// <param name="MinimumThroughput">Fewer calls in ten seconds say nothing.</param>
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

    /// <summary>Whom a failure is laid to; where null, the host of the request's address.</summary>
    public string? Name { get; init; }

    /// <summary>Whether an answer stands for a failure that passes.</summary>
    public Func<HttpStatusCode, bool> IsTransient { get; init; } =
        status => status is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout or HttpStatusCode.InternalServerError;

    /// <summary>Whether repeating a request does no harm.</summary>
    public Func<HttpRequestMessage, bool> IsRepeatable { get; init; } =
        request => request.Method == HttpMethod.Get || request.Options.TryGetValue(ServiceRequest.Repeatable, out _);
}

/// <summary>
/// What every call to somebody else is given: a whole answer within a time, another try where that can do no harm, and a breaker that
/// spares who fails anyway. The body is read here, so that one that stalls or is cut counts as a refused connection does; for an
/// answer without an end this handler is not made.
/// </summary>
public sealed class ResilienceHandler : DelegatingHandler
{
    private static readonly ResiliencePropertyKey<bool> Repeatable = new("repeatable");

    private readonly ResiliencePolicy _policy;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    /// <summary>With a policy; the breaker's state is this handler's.</summary>
    public ResilienceHandler(ResiliencePolicy policy, TimeProvider time)
    {
        _policy = policy;
        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions<HttpResponseMessage>
                {
                    MaxRetryAttempts = policy.Retries,
                    Delay = policy.FirstDelay,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    ShouldHandle = args =>
                        ValueTask.FromResult(
                            args.Context.Properties.GetValue(Repeatable, defaultValue: false) && IsTransient(args.Outcome)
                        ),
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
                    FailureRatio = policy.FailureRatio,
                    MinimumThroughput = policy.MinimumThroughput,
                    SamplingDuration = TimeSpan.FromSeconds(10),
                    BreakDuration = TimeSpan.FromSeconds(2),
                    ShouldHandle = args => ValueTask.FromResult(IsTransient(args.Outcome)),
                }
            )
            .AddTimeout(policy.Timeout)
            .Build();
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Remembered now: what is sent on bears a replica's address.
        var name = _policy.Name ?? request.RequestUri!.Host;
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Repeatable, _policy.IsRepeatable(request));
        try
        {
            return await _pipeline.ExecuteAsync(
                static async (context, state) => await state.Send(state.request, context.CancellationToken),
                context,
                (Send: (Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>)SendOnce, request)
            );
        }
        catch (Exception e) when (e is TimeoutRejectedException or BrokenCircuitException or HttpRequestException)
        {
            throw new ServiceUnavailableException(name, e);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<HttpResponseMessage> SendOnce(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            return response;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            // The client reports a connection that could not be made in time as a cancellation, though nobody cancelled.
            response?.Dispose();
            throw new HttpRequestException(HttpRequestError.ConnectionError, "No connection in time.", e);
        }
        catch
        {
            response?.Dispose();
            throw;
        }
    }

    private bool IsTransient(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException or TimeoutRejectedException
        || (outcome.Result is { } answer && _policy.IsTransient(answer.StatusCode));
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
