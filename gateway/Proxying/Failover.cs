using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.ServiceDefaults.Logging;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace MariosPizzeria.Gateway.Proxying;

/// <summary>
/// Retries a failed request on another replica if no response has started: always if the connection was refused, and if the request
/// is repeatable (GET, HEAD, or with an idempotency key) also if the connection was cut. If there is only one address, that address is
/// retried: in a cluster it is virtual, with all replicas behind it. If no replica answers, the response is a 503 problem document.
/// </summary>
internal sealed partial class Failover(RequestDelegate next, TimeProvider time, ILogger<Failover> logger)
{
    private const int ClientClosedRequest = 499;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength > PizzeriaHost.MaxBodyBytes)
        {
            return Problems.WriteAsync(context, Problems.Of(StatusCodes.Status413PayloadTooLarge));
        }

        // Client headers about the origin of a request are not passed on; the proxy replaces the X-Forwarded-… headers that it sets itself.
        request.Headers.Remove("Forwarded");
        request.Headers.Remove("X-Real-IP");
        request.Headers.Remove("X-Forwarded-Port");

        if (IsRead(request))
        {
            return SendAsync(context, repeatable: !HasBody(context));
        }

        if (!HasBody(context))
        {
            // The HTTP client resends a request without content, even a POST, when a pooled connection is cut. With an
            // empty content it does not, and this class decides.
            request.ContentLength ??= 0;
        }

        return request.Headers.ContainsKey(IdempotencyFilter.Header) ? SendBufferedAsync(context) : SendAsync(context, repeatable: false);
    }

    private static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static bool HasBody(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;

    private async Task SendBufferedAsync(HttpContext context)
    {
        // Reads the whole body, which is small, before the first attempt: a body that is too large is detected before a replica receives
        // the request, and no attempt starts with a part of the body.
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        body.Position = 0;
        context.Request.Body = body;
        await SendAsync(context, repeatable: true);
    }

    private async Task SendAsync(HttpContext context, bool repeatable)
    {
        await next(context);

        var failure = FailureOf(context);
        if (failure is not Failure.None)
        {
            await RetryOnOtherReplicaAsync(context, repeatable, failure);
        }
    }

    private async Task RetryOnOtherReplicaAsync(HttpContext context, bool repeatable, Failure failure)
    {
        var proxy = context.GetReverseProxyFeature();
        var cluster = context.GetRouteModel().Cluster!;
        var attempts = new Attempts(time);
        context.Features.Set(attempts);
        for (; failure is not Failure.None; failure = FailureOf(context))
        {
            LogFailed(logger, context.Request.Method, proxy.ProxiedDestination?.DestinationId, failure);
            if (failure is Failure.InProgress)
            {
                await Task.Delay(Pause, time, context.RequestAborted);
                attempts.ForgetReplicas();
                proxy.AvailableDestinations = cluster.DestinationsState.AvailableDestinations;
            }
            else
            {
                attempts.Note(proxy.ProxiedDestination, failure);
                var others = attempts.Untried(cluster.DestinationsState);
                if (others.Count == 0 || (failure is Failure.Cut && !repeatable))
                {
                    await GiveUpAsync(context, cluster.ClusterId);
                    return;
                }

                if (others.Contains(proxy.ProxiedDestination))
                {
                    await Task.Delay(Pause, time, context.RequestAborted);
                }

                proxy.AvailableDestinations = others;
            }

            Reset(context);
            await next(context);
        }
    }

    private static Failure FailureOf(HttpContext context)
    {
        if (context.Features.Get<SuppressedResponse>() is { } setAside)
        {
            return setAside == SuppressedResponse.InProgress ? Failure.InProgress : Failure.Cut;
        }

        if (context.Features.Get<IForwarderErrorFeature>() is not { } error || context.Response.HasStarted)
        {
            return Failure.None;
        }

        if (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = ClientClosedRequest;
            return Failure.None;
        }

        // Errors of the client have their status already (413, 408, 400).
        return error.Error is ForwarderError.RequestBodyClient ? Failure.None
            : error.WasRefused() ? Failure.Refused
            : Failure.Cut;
    }

    private static void Reset(HttpContext context)
    {
        context.Features.Set<SuppressedResponse>(instance: null);
        context.Features.Set<IForwarderErrorFeature>(instance: null);
        context.Response.Clear();
        if (context.Request.Body is MemoryStream body && body.TryGetBuffer(out var sent))
        {
            // Another stream over the same bytes: the attempt that was cut may still be reading its own.
            context.Request.Body = new MemoryStream(sent.Array!, sent.Offset, sent.Count, writable: false, publiclyVisible: true);
        }
    }

    private Task GiveUpAsync(HttpContext context, string service)
    {
        LogGaveUp(logger, context.Request.Method, SecretPaths.Of(context.Request.Path), service);
        context.Response.Clear();
        return Problems.WriteAsync(context, Error.Unavailable($"The {service} service does not answer; try again.", RetryAfter));
    }

    [LoggerMessage(130, LogLevel.Warning, "{method} to {replica} failed: {failure}")]
    private static partial void LogFailed(ILogger logger, string method, string? replica, Failure failure);

    [LoggerMessage(131, LogLevel.Error, "{method} {path} failed: no replica of {upstream} can be reached")]
    private static partial void LogGaveUp(ILogger logger, string method, string path, string upstream);
}

/// <summary>The outcome of an attempt without a response.</summary>
internal enum Failure
{
    /// <summary>There is a response, or the client is gone.</summary>
    None,

    /// <summary>The replica has not received any part of the request.</summary>
    Refused,

    /// <summary>The replica may have received the request, and may have executed it.</summary>
    Cut,

    /// <summary>The idempotency key is still reserved by a replica that died while it handled the request.</summary>
    InProgress,
}

/// <summary>The attempts of one request; set only for requests that failed.</summary>
internal sealed class Attempts(TimeProvider time)
{
    // A dead replica's reservation expires with its lease; the rest is for the replica that then handles the request.
    private static readonly TimeSpan RetryBudget = IdempotencyFilter.Lease + TimeSpan.FromSeconds(5);

    private const int MaxTriesOfOnlyReplica = 3;

    private readonly List<DestinationState> _tried = [];
    private readonly long _since = time.GetTimestamp();
    private bool _wasCut;

    /// <summary>
    /// Whether a reservation of the key may stem from an earlier attempt of this request, and there is time left to wait for its expiry.
    /// </summary>
    public bool CanRetry => _wasCut && time.GetElapsedTime(_since) < RetryBudget;

    public void Note(DestinationState? replica, Failure failure)
    {
        _wasCut |= failure is Failure.Cut;
        if (replica is not null)
        {
            _tried.Add(replica);
        }
    }

    public void ForgetReplicas() => _tried.Clear();

    /// <summary>Returns the untried replicas: the healthy ones, or all if none is healthy. A lone replica is tried three times.</summary>
    public IReadOnlyList<DestinationState> Untried(ClusterDestinationsState replicas)
    {
        if (replicas.AllDestinations is [var lone] && _tried.Count < MaxTriesOfOnlyReplica)
        {
            return [lone];
        }

        var healthy = replicas.AvailableDestinations.Except(_tried).ToList();
        return healthy.Count > 0 ? healthy : [.. replicas.AllDestinations.Except(_tried)];
    }
}
