using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace MariosPizzeria.ServiceDefaults.Idempotency;

/// <summary>
/// The same key and body again gives the first answer (draft-ietf-httpapi-idempotency-key-header). The key is reserved in Redis
/// before the work begins, under a lease that the running request renews: a process that dies holds nobody up for longer than
/// that.
/// </summary>
public sealed class IdempotencyFilter(ICache cache, ServerKey serverKey, TimeProvider time) : IEndpointFilter
{
    /// <summary>The request's header; 1–128 visible ASCII characters.</summary>
    public const string Header = "Idempotency-Key";

    /// <summary>In an answer that was given before.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    /// <summary>How long an answer is remembered.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromHours(24);

    /// <summary>How long a reservation outlives the process that made it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
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
            return Fault
                .Validation(
                    new Dictionary<string, string[]>(StringComparer.Ordinal)
                    {
                        [Header] = ["is one value of 1 to 128 visible ASCII characters"],
                    }
                )
                .ToProblem();
        }

        var body = await Body(http.Request);
        var request = IdempotentRequest.Of(http.User.Id(), http.Request.Method, PathOf(http), key, body, serverKey);
        http.SetIdempotency(request);

        var entry = $"idempotency:{request.Scope}";
        var reservation = JsonSerializer.Serialize(new Reservation(request.BodyHash, Guid.NewGuid().ToString("N"), Answer: null));
        if (!await cache.Add(entry, reservation, Lease, http.RequestAborted))
        {
            return await Repeat(entry, request, http.RequestAborted);
        }

        using var done = new CancellationTokenSource();
        var renewing = Renew(entry, reservation, done.Token);
        Answer? answer = null;
        try
        {
            return answer = await Answer.Of(http, await next(context));
        }
        finally
        {
            await done.CancelAsync();
            await renewing;
            await Settle(entry, reservation, request, answer);
        }
    }

    /// <summary>Remembers the answer, or gives the key free where there is none worth remembering.</summary>
    private async Task Settle(string entry, string reservation, IdempotentRequest request, Answer? answer)
    {
        try
        {
            // Whatever was done is committed, even if the client hung up meanwhile: it is not its token that ends this.
            if (answer is { IsRemembered: true })
            {
                var remembered = JsonSerializer.Serialize(new Reservation(request.BodyHash, Owner: null, answer));
                await cache.Replace(entry, reservation, remembered, Remembered, CancellationToken.None);
            }
            else
            {
                await cache.Remove(entry, reservation, CancellationToken.None);
            }
        }
        catch (RedisUnavailableException)
        {
            // The answer is true all the same, and is given. A repetition is stopped by the database's unique key.
        }
    }

    // The route with its values, not the path as it was spelled: neither case nor a last slash nor percent-encoding makes another
    // request of it.
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

    private static async Task<byte[]> Body(HttpRequest request)
    {
        request.Body.Position = 0;
        using var copy = new MemoryStream();
        await request.Body.CopyToAsync(copy, request.HttpContext.RequestAborted);
        return copy.ToArray();
    }

    private async Task<IResult> Repeat(string entry, IdempotentRequest request, CancellationToken cancellationToken)
    {
        if (
            await cache.Get(entry, cancellationToken) is not { } text
            || JsonSerializer.Deserialize<Reservation>(text) is not { } earlier
            || (earlier.BodyHash == request.BodyHash && earlier.Answer is null)
        )
        {
            return new Fault(Slugs.IdempotencyInProgress, "A request with this key is still running; ask again.").ToProblem();
        }

        return earlier.BodyHash == request.BodyHash
            ? earlier.Answer! with
            {
                Replayed = true,
            }
            : new Fault(Slugs.IdempotencyMismatch, "This key came with another body before.").ToProblem();
    }

    private async Task Renew(string entry, string reservation, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await Task.Delay(Renewal, time, cancellationToken);
                await cache.Replace(entry, reservation, reservation, Lease, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (RedisUnavailableException)
            {
                // It may be back before the lease is over; if not, the database's unique key stands behind it.
            }
        }
    }

    private sealed record Reservation(string BodyHash, string? Owner, Answer? Answer);

    /// <summary>What was answered, as it can be answered again.</summary>
    private sealed record Answer(int Status, string? ContentType, string? Location, string? RetryAfter, string Body, string? ETag = null)
        : IResult
    {
        public bool Replayed { get; init; }

        // A refusal that another try may overcome is not kept: 400, 401, 403, 413, 415, 429, 5xx, and one still in progress.
        public bool IsRemembered =>
            Status is (>= 200 and < 300) or 404 or 409 or 422
            && !(Status == 409 && Body.Contains($"/problems/{Slugs.IdempotencyInProgress}", StringComparison.Ordinal));

        /// <summary>Carries a result out into memory.</summary>
        public static async Task<Answer> Of(HttpContext http, object? result)
        {
            var response = http.Response;
            var body = response.Body;
            using var buffer = new MemoryStream();
            response.Body = buffer;
            try
            {
                await (result is IResult executable ? executable : Results.Json(result)).ExecuteAsync(http);
                await response.Body.FlushAsync(CancellationToken.None);
            }
            finally
            {
                response.Body = body;
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
        endpoint.AddEndpointFilter<TBuilder, IdempotencyFilter>().WithMetadata(new IdempotencyMetadata());
}

/// <summary>Says of an endpoint that it honours <see cref="IdempotencyFilter.Header"/>.</summary>
internal sealed class IdempotencyMetadata;
