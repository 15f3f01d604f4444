using System.Text.Encodings.Web;
using MariosPizzeria.BuildingBlocks.Caching;
using Microsoft.AspNetCore.Routing.Patterns;

namespace MariosPizzeria.BuildingBlocks.Idempotency;

/// <summary>
/// Returns the first response again for a repeated key and body (draft-ietf-httpapi-idempotency-key-header). The key is reserved in Redis
/// before the work begins, under a lease that the running request renews: if the process crashes, the key is free again when the lease
/// ends.
/// </summary>
public sealed class IdempotencyFilter(ICache cache, ServerKey serverKey, RandomSource random, TimeProvider time) : IEndpointFilter
{
    /// <summary>The request's header; 1–128 visible ASCII characters.</summary>
    public const string Header = "Idempotency-Key";

    /// <summary>The header of a response that is sent again.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    /// <summary>How long a response is stored.</summary>
    public static readonly TimeSpan ResponseRetention = TimeSpan.FromHours(24);

    /// <summary>How long a reservation outlives the process that made it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(1);

    // No body contains it unescaped: it is a private-use character, which JSON escapes.
    private const string HiddenSecret = "\uE000";

    // The response is JSON within JSON: with the default encoder each quote in it would take six bytes instead of two.
    private static readonly JsonSerializerOptions Stored = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!http.Request.Headers.TryGetValue(Header, out var values))
        {
            return await next(context);
        }

        var key = values.ToString();
        if (values.Count != 1 || key.Length is 0 or > 128 || !key.All(c => c is > ' ' and <= '~'))
        {
            return Error
                .Validation(
                    new Dictionary<string, string[]>(StringComparer.Ordinal)
                    {
                        [Header] = ["must be one value of 1 to 128 visible ASCII characters"],
                    }
                )
                .ToProblem();
        }

        var body = await BodyAsync(http.Request);
        var request = IdempotentRequest.Of(http.User.Id(), http.Request.Method, PathOf(http), key, body, serverKey);
        http.SetIdempotency(request);

        var entry = $"idempotency:{request.Scope}";
        var reservation = JsonSerializer.Serialize(new Reservation(request.BodyHash, random.NextId().ToString("N"), Answer: null), Stored);
        var secret = http.GetEndpoint()?.Metadata.GetMetadata<IdempotencyMetadata>()?.SecretOf?.Invoke(http, request.DocumentId);
        if (!await cache.AddAsync(entry, reservation, Lease, http.RequestAborted))
        {
            return await ReplayAsync(entry, request, secret, http.RequestAborted);
        }

        using var done = new CancellationTokenSource();
        var renewing = RenewAsync(entry, reservation, done.Token);
        StoredResponse? answer = null;
        try
        {
            return answer = await StoredResponse.OfAsync(http, await next(context));
        }
        finally
        {
            // Synchronous: the cancellation wakes only one loop, which then ends.
            done.Cancel();
            await renewing;
            await CompleteAsync(entry, reservation, request, answer?.With(secret, HiddenSecret));
        }
    }

    /// <summary>Stores the response, or releases the key if the response is not to be stored.</summary>
    private async Task CompleteAsync(string entry, string reservation, IdempotentRequest request, StoredResponse? answer)
    {
        try
        {
            // The changes are committed even if the client disconnected in the meantime, so the client's token must not cancel this.
            if (answer is { IsRemembered: true })
            {
                var remembered = JsonSerializer.Serialize(new Reservation(request.BodyHash, Owner: null, answer), Stored);
                await cache.ReplaceAsync(entry, reservation, remembered, ResponseRetention, CancellationToken.None);
            }
            else
            {
                await cache.RemoveAsync(entry, reservation, CancellationToken.None);
            }
        }
        catch (RedisUnavailableException)
        {
            // The response is correct anyway and is returned. The database's unique key prevents a repetition.
        }
    }

    // The route with its values, not the path as it was sent: case, a trailing slash and percent-encoding do not make it a different
    // request.
    private static string PathOf(HttpContext http)
    {
        var route = ((RouteEndpoint)http.GetEndpoint()!).RoutePattern;
        return "/" + string.Join('/', route.PathSegments.Select(segment => string.Concat(segment.Parts.Select(Text))));

        string? Text(RoutePatternPart part) =>
            part switch
            {
                RoutePatternLiteralPart literal => literal.Content,
                RoutePatternSeparatorPart separator => separator.Content,
                RoutePatternParameterPart parameter => http.GetRouteValue(parameter.Name) as string,
                _ => null,
            };
    }

    private static async Task<byte[]> BodyAsync(HttpRequest request)
    {
        request.Body.Position = 0;
        using var copy = new MemoryStream();
        await request.Body.CopyToAsync(copy, request.HttpContext.RequestAborted);
        return copy.ToArray();
    }

    private async Task<IResult> ReplayAsync(string entry, IdempotentRequest request, string? secret, CancellationToken cancellationToken)
    {
        if (
            await cache.GetAsync(entry, cancellationToken) is not { } text
            || JsonSerializer.Deserialize<Reservation>(text, Stored) is not { } earlier
            || (earlier.BodyHash == request.BodyHash && earlier.Answer is null)
        )
        {
            return new Error(ErrorCodes.IdempotencyInProgress, "A request with this key is still running; try again.").ToProblem();
        }

        return earlier.BodyHash == request.BodyHash
            ? earlier.Answer!.With(HiddenSecret, secret) with
            {
                Replayed = true,
            }
            : new Error(ErrorCodes.IdempotencyMismatch, "This key was already used with another body.").ToProblem();
    }

    private async Task RenewAsync(string entry, string reservation, CancellationToken cancellationToken)
    {
        while (true)
        {
            // An exception at the end of each request would cost more than everything else here.
            await Task.Delay(Renewal, time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await cache.ReplaceAsync(entry, reservation, reservation, Lease, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (RedisUnavailableException)
            {
                // Redis may be back before the lease ends; if not, the database's unique key prevents a duplicate.
            }
        }
    }

    private sealed record Reservation(string BodyHash, string? Owner, StoredResponse? Answer);

    /// <summary>A response in a form that can be stored and sent again.</summary>
    private sealed record StoredResponse(
        int Status,
        string? ContentType,
        string? Location,
        string? RetryAfter,
        string Body,
        string? ETag = null
    ) : IResult
    {
        public bool Replayed { get; init; }

        // Errors that a retry may overcome are not stored: 400, 401, 403, 413, 415, 429, 5xx, and a request still in progress.
        public bool IsRemembered =>
            Status is (>= 200 and < 300) or 404 or 409 or 422
            && !(Status == 409 && Body.Contains($"/problems/{ErrorCodes.IdempotencyInProgress}", StringComparison.Ordinal));

        /// <summary>Executes a result and captures its response in memory.</summary>
        public static async Task<StoredResponse> OfAsync(HttpContext http, object? result)
        {
            var response = http.Response;
            var (body, aborted) = (response.Body, http.RequestAborted);
            using var buffer = new MemoryStream();

            // The client may disconnect here. The framework would then end the body early without an error, and every retry would get that
            // body.
            (response.Body, http.RequestAborted) = (buffer, CancellationToken.None);
            try
            {
                await (result is IResult executable ? executable : Results.Json(result)).ExecuteAsync(http);
                await response.Body.FlushAsync(CancellationToken.None);
            }
            finally
            {
                (response.Body, http.RequestAborted) = (body, aborted);
            }

            return new(
                response.StatusCode,
                response.ContentType,
                response.Headers.Location,
                response.Headers.RetryAfter,
                System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length),
                response.Headers.ETag
            );
        }

        /// <summary>
        /// Returns the response with one text replaced by another, in location and body; unchanged if either text is null.
        /// </summary>
        public StoredResponse With(string? text, string? other) =>
            text is null || other is null
                ? this
                : this with
                {
                    Location = Location?.Replace(text, other, StringComparison.Ordinal),
                    Body = Body.Replace(text, other, StringComparison.Ordinal),
                };

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = Status;
            response.ContentType = ContentType;
            response.Headers.Location = Location;
            response.Headers.RetryAfter = RetryAfter;
            response.Headers.ETag = ETag;
            if (Replayed)
            {
                response.Headers[ReplayedHeader] = "true";
            }

            if (Body.Length > 0)
            {
                await response.WriteAsync(Body, httpContext.RequestAborted);
            }
        }
    }
}

/// <summary>Makes endpoints idempotent.</summary>
public static class IdempotencyRegistration
{
    /// <summary>Honours <see cref="IdempotencyFilter.Header"/> on an endpoint, or a group of them.</summary>
    public static TBuilder WithIdempotency<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.AddEndpointFilter<TBuilder, IdempotencyFilter>().WithMetadata(new IdempotencyMetadata(SecretOf: null));

    /// <summary>
    /// The same for an endpoint whose responses contain a secret that is not stored; it is computed again for a repeated response.
    /// </summary>
    /// <param name="secretOf">
    /// Returns the secret of the document with an id (<see cref="IdempotentRequest.DocumentId"/>); its characters need no escaping in JSON
    /// and URLs.
    /// </param>
    public static TBuilder WithIdempotency<TBuilder>(this TBuilder endpoint, Func<HttpContext, string, string> secretOf)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.AddEndpointFilter<TBuilder, IdempotencyFilter>().WithMetadata(new IdempotencyMetadata(secretOf));
}

/// <summary>Marks an endpoint that honours <see cref="IdempotencyFilter.Header"/>.</summary>
/// <param name="SecretOf">The secret in its responses, by the id of the document that a request creates; null if there is none.</param>
internal sealed record IdempotencyMetadata(Func<HttpContext, string, string>? SecretOf);
