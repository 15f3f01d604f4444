using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using MariosPizzeria.Contracts;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.ServiceDefaults.Http;

/// <summary>A refusal as RFC 9457 has it. The table of slugs and statuses is the contract's, and stands here alone.</summary>
public static class Problems
{
    private static readonly FrozenDictionary<string, (int Status, string Title)> BySlug = new Dictionary<string, (int, string)>(
        StringComparer.Ordinal
    )
    {
        [Slugs.MalformedJson] = (400, "The body is not JSON of the expected form"),
        [Slugs.Validation] = (400, "The request is not valid"),
        [Slugs.Unauthenticated] = (401, "Sign in first"),
        [Slugs.Forbidden] = (403, "Not allowed for this role"),
        [Slugs.NotFound] = (404, "Not found"),
        [Slugs.MethodNotAllowed] = (405, "The method is not allowed here"),
        [Slugs.PayloadTooLarge] = (413, "The body is too large"),
        [Slugs.UnsupportedMediaType] = (415, "The media type is not supported"),
        [Slugs.IllegalTransition] = (409, "Not possible in this state"),
        [Slugs.KitchenAtCapacity] = (409, "The kitchen is at capacity"),
        [Slugs.SoldOut] = (409, "Sold out"),
        [Slugs.IdempotencyInProgress] = (409, "The same request is still running"),
        [Slugs.AlreadyExists] = (409, "It exists already"),
        [Slugs.VersionConflict] = (409, "Changed by somebody else meanwhile"),
        [Slugs.UnknownPizza] = (422, "No such pizza on the menu"),
        [Slugs.UnknownTopping] = (422, "No such topping"),
        [Slugs.IdempotencyMismatch] = (422, "The key was used for another request"),
        [Slugs.RateLimited] = (429, "Too many requests"),
        [Slugs.MenuUnavailable] = (503, "The menu can't be asked right now"),
        [Slugs.Unavailable] = (503, "Not available right now"),
        [Slugs.InternalError] = (500, "Something went wrong on our side"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<int, (string Slug, string Detail)> ByStatus = new Dictionary<int, (string, string)>
    {
        [400] = (Slugs.Validation, "The request could not be read."),
        [401] = (Slugs.Unauthenticated, "This needs a signed-in user."),
        [403] = (Slugs.Forbidden, "Your role does not allow this."),
        [404] = (Slugs.NotFound, "There is nothing at this address."),
        [405] = (Slugs.MethodNotAllowed, "This address does not know the method."),
        [413] = (Slugs.PayloadTooLarge, "A body has at most 256 KiB."),
        [415] = (Slugs.UnsupportedMediaType, "A body is application/json."),
        [429] = (Slugs.RateLimited, "Slow down and try again."),
        [503] = (Slugs.Unavailable, "Try again in a moment."),
    }.ToFrozenDictionary();

    /// <summary>Every slug with its status.</summary>
    public static IEnumerable<KeyValuePair<string, int>> All => BySlug.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Status));

    /// <summary>The fault as an HTTP answer.</summary>
    public static IResult ToProblem(this Fault fault) => new ProblemResult(fault);

    /// <summary>The fault that an answer without a body stands for.</summary>
    public static Fault Of(int status) =>
        ByStatus.TryGetValue(status, out var known) ? new(known.Slug, known.Detail)
        : status < 500 ? new(Slugs.Validation, "The request could not be understood.")
        : new(Slugs.InternalError, "The request could not be carried out.");

    /// <summary>Whether there is a problem of that slug.</summary>
    public static bool Knows(string slug) => BySlug.ContainsKey(slug);

    /// <summary>The status of a slug.</summary>
    public static int StatusOf(string slug) => BySlug[slug].Status;

    /// <summary>The status of a fault: its slug's, but 412 where a precondition of the request does not hold.</summary>
    public static int StatusOf(Fault fault) => fault.IsPrecondition ? StatusCodes.Status412PreconditionFailed : StatusOf(fault.Slug);

    /// <summary>What every problem of a slug is called.</summary>
    public static string TitleOf(string slug) => BySlug[slug].Title;

    /// <summary>The fault as a document.</summary>
    /// <param name="fault">What was refused.</param>
    /// <param name="traceId">To find it in the logs.</param>
    public static ProblemDocument Document(Fault fault, string traceId) =>
        new($"/problems/{fault.Slug}", TitleOf(fault.Slug), StatusOf(fault), fault.Detail, traceId, fault.Errors);

    /// <summary>Writes the fault as the answer.</summary>
    public static Task Write(HttpContext context, Fault fault)
    {
        if (fault.RetryAfter is { } after)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        context.Response.StatusCode = StatusOf(fault);
        if (context.Response.StatusCode == StatusCodes.Status401Unauthorized && context.Response.Headers.WWWAuthenticate.Count == 0)
        {
            // RFC 9110, 15.5.2: who is sent away is told with what to come back.
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        // A proxied answer without a body may have announced that it has none.
        context.Response.ContentLength = null;
        return context.Response.WriteAsJsonAsync(
            Document(fault, Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier),
            PizzeriaJson.Options,
            "application/problem+json",
            context.RequestAborted
        );
    }

    private sealed class ProblemResult(Fault fault) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => StatusOf(fault);

        public Task ExecuteAsync(HttpContext httpContext) => Write(httpContext, fault);
    }
}

/// <summary>A problem document (RFC 9457).</summary>
/// <param name="Type"><c>/problems/{slug}</c>, stable.</param>
/// <param name="Title">The same for every problem of the type.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">About this one.</param>
/// <param name="TraceId">To find it in the logs.</param>
/// <param name="Errors">For <c>validation</c>: field → messages.</param>
public sealed record ProblemDocument(
    string Type,
    string Title,
    int Status,
    string Detail,
    string TraceId,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyDictionary<string, string[]>? Errors = null
);
