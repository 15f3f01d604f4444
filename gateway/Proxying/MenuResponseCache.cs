using System.Collections.Frozen;
using System.Net;
using System.Net.Http.Headers;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Logging;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using EntityTagHeaderValue = Microsoft.Net.Http.Headers.EntityTagHeaderValue;

namespace MariosPizzeria.Gateway.Proxying;

/// <summary>
/// Caches the last response to GET <c>/api/menu</c>. It is used for 250 ms after its request began, unless a pizza or a topping changed
/// since: this gateway forwarded the change, or a Menu replica published it through the cache. A response without an ETag is not cached,
/// and none is while the subscription to the changes is down.
/// </summary>
internal sealed partial class MenuResponseCache(ICache cache, TimeProvider time, ILogger<MenuResponseCache> logger) : BackgroundService
{
    /// <summary>The path whose response is cached.</summary>
    public const string Path = "/api/menu";

    // The channels on which Menu publishes changes.
    private static readonly string[] Announcements = ["pizza:*", "topping:*"];

    // Headers of one response and its connection, not of the menu (RFC 9110, 7.6.1).
    private static readonly FrozenSet<string> PerResponseHeaders = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        [
            HeaderNames.Date,
            HeaderNames.Server,
            HeaderNames.Connection,
            HeaderNames.KeepAlive,
            HeaderNames.TransferEncoding,
            HeaderNames.ContentLength,
            Correlation.Header,
        ]
    );

    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private Copy? _copy;
    private long _changes;

    /// <summary>The cached response; null if there is none, it is older than 250 ms or the menu has changed since.</summary>
    public Copy? Current =>
        Volatile.Read(ref _copy) is { } copy
        && copy.Request.Changes == Volatile.Read(ref _changes)
        && time.GetElapsedTime(copy.Request.BeganAt) < MaxAge
            ? copy
            : null;

    /// <summary>Records the start of a request for the menu, before it is forwarded.</summary>
    public MenuRequest BeginRequest() => new(this, Volatile.Read(ref _changes), time.GetTimestamp());

    /// <summary>Invalidates the cached response, because the menu has changed or may have changed.</summary>
    public void Invalidate() => Interlocked.Increment(ref _changes);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            Announcements.Select(pattern =>
            {
                var subscribing = new OutageReport(e => LogSubscriptionFailed(logger, e), () => LogSubscriptionRecovered(logger));
                return RetryLoop.RetryUntilDoneAsync(
                    async stop =>
                    {
                        await cache.SubscribeAsync(pattern, (_, _) => Invalidate(), stop);
                        subscribing.Succeeded();
                    },
                    subscribing.Failed,
                    PauseAfterFailure,
                    stoppingToken
                );
            })
        );

    private async Task KeepAsync(MenuRequest request, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.Headers.ETag is not { } tag || !Array.TrueForAll(Announcements, cache.IsSubscribed))
        {
            return;
        }

        if (answer.StatusCode == HttpStatusCode.NotModified)
        {
            // The client's copy is current, and so is this one if the tags are equal.
            if (Volatile.Read(ref _copy) is { } kept && kept.Tag.ToString() == tag.ToString())
            {
                Volatile.Write(ref _copy, kept with { Request = request });
            }
        }
        else if (answer.StatusCode == HttpStatusCode.OK)
        {
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
            Volatile.Write(
                ref _copy,
                new(
                    request,
                    EntityTagHeaderValue.Parse(tag.ToString()),
                    HeadersOf(answer.Headers),
                    HeadersOf(answer.Content.Headers),
                    await answer.Content.ReadAsByteArrayAsync(cancellationToken)
                )
            );
        }
    }

    private static List<KeyValuePair<string, StringValues>> HeadersOf(HttpHeaders headers) =>
        [
            .. headers
                .NonValidated.Where(header => !PerResponseHeaders.Contains(header.Key))
                .Select(header => KeyValuePair.Create(header.Key, new StringValues([.. header.Value]))),
        ];

    /// <summary>A forwarded request for the menu.</summary>
    /// <param name="Owner">The cache that keeps the response.</param>
    /// <param name="Changes">The number of known changes when the request began; the response may lack later ones.</param>
    /// <param name="BeganAt">The clock's timestamp when the request began.</param>
    internal sealed record MenuRequest(MenuResponseCache Owner, long Changes, long BeganAt)
    {
        /// <summary>Caches the response, if it is cacheable.</summary>
        /// <exception cref="HttpRequestException">The connection was cut within the body.</exception>
        public Task KeepAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
            Owner.KeepAsync(this, answer, cancellationToken);
    }

    /// <summary>A cached response.</summary>
    /// <param name="Request">The request that it belongs to.</param>
    /// <param name="Tag">The ETag.</param>
    /// <param name="Headers">The response headers.</param>
    /// <param name="ContentHeaders">The content headers.</param>
    /// <param name="Body">The menu as JSON.</param>
    internal sealed record Copy(
        MenuRequest Request,
        EntityTagHeaderValue Tag,
        IReadOnlyList<KeyValuePair<string, StringValues>> Headers,
        IReadOnlyList<KeyValuePair<string, StringValues>> ContentHeaders,
        byte[] Body
    )
    {
        /// <summary>Responds to a request for the menu: 200, or 304 if the client has the same version.</summary>
        public Task AnswerAsync(HttpContext context)
        {
            var response = context.Response;
            Set(response, Headers);
            if (Holds(context.Request))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }

            Set(response, ContentHeaders);
            response.ContentLength = Body.Length;
            return response.Body.WriteAsync(Body, context.RequestAborted).AsTask();
        }

        private static void Set(HttpResponse response, IReadOnlyList<KeyValuePair<string, StringValues>> headers)
        {
            foreach (var (name, value) in headers)
            {
                response.Headers[name] = value;
            }
        }

        private bool Holds(HttpRequest request) =>
            request.Headers.IfNoneMatch.Count > 0
            && request
                .GetTypedHeaders()
                .IfNoneMatch.Any(held => held.Equals(EntityTagHeaderValue.Any) || held.Compare(Tag, useStrongComparison: false));
    }

    [LoggerMessage(125, LogLevel.Warning, "Cannot subscribe to changes of the menu; every request for it is forwarded")]
    private static partial void LogSubscriptionFailed(ILogger logger, Exception exception);

    [LoggerMessage(127, LogLevel.Information, "Subscribed to changes of the menu after failed attempts")]
    private static partial void LogSubscriptionRecovered(ILogger logger);
}

/// <summary>Responds to requests for the menu from the cache, and invalidates it after a change was forwarded.</summary>
internal sealed class MenuCacheMiddleware(RequestDelegate next, MenuResponseCache copy)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!CsrfProtection.IsSafe(request) && request.Path.StartsWithSegments(MenuResponseCache.Path, StringComparison.OrdinalIgnoreCase))
        {
            return ForwardChangeAsync(context);
        }

        if (
            !HttpMethods.IsGet(request.Method)
            || request.Path != MenuResponseCache.Path
            || request.QueryString.HasValue
            || request.ContentLength > 0
        )
        {
            return next(context);
        }

        if (copy.Current is { } current)
        {
            return current.AnswerAsync(context);
        }

        context.Features.Set(copy.BeginRequest());
        return next(context);
    }

    // Invalidates the cache also if no response came, because the change may have been executed.
    private async Task ForwardChangeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        finally
        {
            copy.Invalidate();
        }
    }
}

/// <summary>Adds the cache of the menu to the pipeline.</summary>
internal static class MenuCopyRegistration
{
    /// <summary>
    /// Adds the cache before the work that a cached response does not need: routing, authentication, and the choice of a replica. Routing
    /// runs after it, so the rest of the pipeline finds the endpoint as usual.
    /// </summary>
    public static void UseMenuCopy(this WebApplication app)
    {
        app.UseMiddleware<MenuCacheMiddleware>();
        app.UseRouting();
    }
}
