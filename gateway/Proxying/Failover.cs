using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Idempotency;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace MariosPizzeria.Gateway.Proxying;

/// <summary>
/// Sends a request that failed to another replica, as long as no answer has begun: always where the connection was refused, and
/// where repeating does no harm (GET, HEAD, or an idempotency key) also where the connection was cut. A lone address is tried again
/// itself: in a cluster it is a virtual one, with all replicas behind it. What nobody answers is a 503 problem document.
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
            return Problems.Write(context, Problems.Of(StatusCodes.Status413PayloadTooLarge));
        }

        // No client's word on where a request came from is passed on; the proxy replaces the X-Forwarded-… that it sets itself.
        request.Headers.Remove("Forwarded");
        request.Headers.Remove("X-Real-IP");
        request.Headers.Remove("X-Forwarded-Port");

        if (IsRead(request))
        {
            return Send(context, repeatable: !HasBody(context));
        }

        if (!HasBody(context))
        {
            // A request without content is resent by the HTTP client itself when a kept connection is cut, even a POST; with an
            // empty content it leaves that to us.
            request.ContentLength ??= 0;
        }

        return request.Headers.ContainsKey(IdempotencyFilter.Header) ? SendBuffered(context) : Send(context, repeatable: false);
    }

    private static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static bool HasBody(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;

    private async Task SendBuffered(HttpContext context)
    {
        // All of it before the first attempt (it is small, and the host's pipeline keeps it): too large a body is found out
        // before a replica hears of it, and no attempt is left with a part of it.
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Request.Body.Position = 0;
        await Send(context, repeatable: true);
    }

    private async Task Send(HttpContext context, bool repeatable)
    {
        await next(context);

        var failure = FailureOf(context);
        if (failure is not Failure.None)
        {
            await SendElsewhere(context, repeatable, failure);
        }
    }

    private async Task SendElsewhere(HttpContext context, bool repeatable, Failure failure)
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
                    await GiveUp(context, cluster.ClusterId);
                    return;
                }

                if (others.Contains(proxy.ProxiedDestination))
                {
                    await Task.Delay(Pause, time, context.RequestAborted);
                }

                proxy.AvailableDestinations = others;
            }

            Reset(context, repeatable);
            await next(context);
        }
    }

    private static Failure FailureOf(HttpContext context)
    {
        if (context.Features.Get<AnswerSetAside>() is { } setAside)
        {
            return setAside == AnswerSetAside.InProgress ? Failure.InProgress : Failure.Cut;
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

        // The client's own fault has its status already (413, 408, 400).
        return error.Error is ForwarderError.RequestBodyClient ? Failure.None
            : error.WasRefused() ? Failure.Refused
            : Failure.Cut;
    }

    private static void Reset(HttpContext context, bool repeatable)
    {
        context.Features.Set<AnswerSetAside>(instance: null);
        context.Features.Set<IForwarderErrorFeature>(instance: null);
        context.Response.Clear();
        if (repeatable && context.Request.Body.CanSeek)
        {
            context.Request.Body.Position = 0;
        }
    }

    private Task GiveUp(HttpContext context, string service)
    {
        LogGaveUp(logger, context.Request.Method, context.Request.Path, service);
        context.Response.Clear();
        return Problems.Write(context, Fault.Unavailable($"The {service} service does not answer; try again.", RetryAfter));
    }

    [LoggerMessage(100, LogLevel.Warning, "{method} to {replica} failed: {failure}")]
    private static partial void LogFailed(ILogger logger, string method, string? replica, Failure failure);

    [LoggerMessage(101, LogLevel.Error, "{method} {path} is unanswered: no replica of {upstream} is left")]
    private static partial void LogGaveUp(ILogger logger, string method, string path, string upstream);
}

/// <summary>How an attempt ended without an answer.</summary>
internal enum Failure
{
    /// <summary>There is an answer, or nobody left to hear one.</summary>
    None,

    /// <summary>The replica has seen nothing of the request.</summary>
    Refused,

    /// <summary>The replica may have seen the request, and may have carried it out.</summary>
    Cut,

    /// <summary>The request is still reserved for a replica that died over it.</summary>
    InProgress,
}

/// <summary>What one request has been through so far; only a request that failed has it.</summary>
internal sealed class Attempts(TimeProvider time)
{
    // A dead replica's reservation lapses with its lease; the rest is for the replica that then does the work.
    private static readonly TimeSpan Patience = IdempotencyFilter.Lease + TimeSpan.FromSeconds(5);

    private const int TriesOfALoneAddress = 3;

    private readonly List<DestinationState> _tried = [];
    private readonly long _since = time.GetTimestamp();
    private bool _wasCut;

    /// <summary>
    /// Whether a reservation in the way may be this request's own earlier attempt, and there is time to wait for its end.
    /// </summary>
    public bool MayWait => _wasCut && time.GetElapsedTime(_since) < Patience;

    public void Note(DestinationState? replica, Failure failure)
    {
        _wasCut |= failure is Failure.Cut;
        if (replica is not null)
        {
            _tried.Add(replica);
        }
    }

    public void ForgetReplicas() => _tried.Clear();

    /// <summary>The replicas that are left: those that look healthy, or else any; a lone one thrice.</summary>
    public IReadOnlyList<DestinationState> Untried(ClusterDestinationsState replicas)
    {
        if (replicas.AllDestinations is [var lone] && _tried.Count < TriesOfALoneAddress)
        {
            return [lone];
        }

        var healthy = replicas.AvailableDestinations.Except(_tried).ToList();
        return healthy.Count > 0 ? healthy : [.. replicas.AllDestinations.Except(_tried)];
    }
}
