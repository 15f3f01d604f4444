using System.Collections.Frozen;
using System.Diagnostics;

namespace MariosPizzeria.BuildingBlocks.Http;

/// <summary>Problem documents (RFC 9457). The table of slugs and statuses belongs to the API contract and is defined only here.</summary>
public static class Problems
{
    private static readonly FrozenDictionary<string, (int Status, string Title)> BySlug = new Dictionary<string, (int, string)>(
        StringComparer.Ordinal
    )
    {
        [ErrorCodes.MalformedJson] = (400, "The body is not JSON of the expected form"),
        [ErrorCodes.Validation] = (400, "The request is not valid"),
        [ErrorCodes.Unauthenticated] = (401, "Sign in first"),
        [ErrorCodes.Forbidden] = (403, "Not allowed for this role"),
        [ErrorCodes.NotFound] = (404, "Not found"),
        [ErrorCodes.MethodNotAllowed] = (405, "The method is not allowed here"),
        [ErrorCodes.PayloadTooLarge] = (413, "The body is too large"),
        [ErrorCodes.UnsupportedMediaType] = (415, "The media type is not supported"),
        [ErrorCodes.IllegalTransition] = (409, "Not possible in this state"),
        [ErrorCodes.KitchenAtCapacity] = (409, "The kitchen is at capacity"),
        [ErrorCodes.SoldOut] = (409, "Sold out"),
        [ErrorCodes.SlotFull] = (409, "No more orders for this time"),
        [ErrorCodes.IdempotencyInProgress] = (409, "The same request is still running"),
        [ErrorCodes.AlreadyExists] = (409, "It exists already"),
        [ErrorCodes.VersionConflict] = (409, "Changed by another request in the meantime"),
        [ErrorCodes.UnknownPizza] = (422, "No such pizza on the menu"),
        [ErrorCodes.UnknownTopping] = (422, "No such topping"),
        [ErrorCodes.IdempotencyMismatch] = (422, "The key was used for another request"),
        [ErrorCodes.RateLimited] = (429, "Too many requests"),
        [ErrorCodes.ShopClosed] = (503, "The shop is closed"),
        [ErrorCodes.KitchenPaused] = (503, "The kitchen takes no orders right now"),
        [ErrorCodes.MenuUnavailable] = (503, "The menu is not available right now"),
        [ErrorCodes.Unavailable] = (503, "Not available right now"),
        [ErrorCodes.InternalError] = (500, "Something went wrong on our side"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<int, (string Slug, string Detail)> ByStatus = new Dictionary<int, (string, string)>
    {
        [400] = (ErrorCodes.Validation, "The request could not be read."),
        [401] = (ErrorCodes.Unauthenticated, "This needs a signed-in user."),
        [403] = (ErrorCodes.Forbidden, "Your role does not allow this."),
        [404] = (ErrorCodes.NotFound, "There is nothing at this address."),
        [405] = (ErrorCodes.MethodNotAllowed, "The method is not allowed at this address."),
        [413] = (ErrorCodes.PayloadTooLarge, "The body must not be larger than 256 KiB."),
        [415] = (ErrorCodes.UnsupportedMediaType, "The body must be application/json."),
        [429] = (ErrorCodes.RateLimited, "Slow down and try again."),
        [503] = (ErrorCodes.Unavailable, "Try again in a moment."),
    }.ToFrozenDictionary();

    /// <summary>Every slug with its status.</summary>
    public static IEnumerable<KeyValuePair<string, int>> All => BySlug.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Status));

    /// <summary>Converts the error to an HTTP response.</summary>
    public static IResult ToProblem(this Error fault) => new ProblemResult(fault);

    /// <summary>Returns the error for a response without a body, by its status.</summary>
    public static Error Of(int status) =>
        ByStatus.TryGetValue(status, out var known) ? new(known.Slug, known.Detail)
        : status < 500 ? new(ErrorCodes.Validation, "The request could not be understood.")
        : new(ErrorCodes.InternalError, "The request could not be carried out.");

    /// <summary>Whether a problem with this slug exists.</summary>
    public static bool IsKnown(string slug) => BySlug.ContainsKey(slug);

    /// <summary>Returns the HTTP status of a slug.</summary>
    public static int StatusOf(string slug) => BySlug[slug].Status;

    /// <summary>
    /// Returns the HTTP status of an error: the status of its slug, or 412 if a precondition of the request does not hold.
    /// </summary>
    public static int StatusOf(Error fault) => fault.IsPrecondition ? StatusCodes.Status412PreconditionFailed : StatusOf(fault.Code);

    /// <summary>Returns the title of all problems with a slug.</summary>
    public static string TitleOf(string slug) => BySlug[slug].Title;

    /// <summary>Returns the error's problem document.</summary>
    /// <param name="traceId">The id with which the request can be found in the logs.</param>
    public static ProblemDocument Document(Error fault, string traceId) =>
        new($"/problems/{fault.Code}", TitleOf(fault.Code), StatusOf(fault), fault.Detail, traceId, fault.Errors);

    /// <summary>Writes the error as the response.</summary>
    public static Task WriteAsync(HttpContext context, Error fault)
    {
        if (fault.RetryAfter is { } after)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        context.Response.StatusCode = StatusOf(fault);
        if (context.Response.StatusCode == StatusCodes.Status401Unauthorized && context.Response.Headers.WWWAuthenticate.Count == 0)
        {
            // RFC 9110, 15.5.2: a 401 response names the authentication scheme.
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        // A proxied response without a body may have set Content-Length to 0.
        context.Response.ContentLength = null;
        return context.Response.WriteAsJsonAsync(
            Document(fault, Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier),
            PizzeriaJson.Options,
            "application/problem+json",
            context.RequestAborted
        );
    }

    private sealed class ProblemResult(Error fault) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => StatusOf(fault);

        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, fault);
    }
}

/// <summary>A problem document (RFC 9457).</summary>
/// <param name="Type"><c>/problems/{slug}</c>, stable.</param>
/// <param name="Title">The same for every problem of the type.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">The description of this occurrence.</param>
/// <param name="TraceId">The id with which the request can be found in the logs.</param>
/// <param name="Errors">For <c>validation</c>: field → messages.</param>
public sealed record ProblemDocument(
    string Type,
    string Title,
    int Status,
    string Detail,
    string TraceId,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyDictionary<string, string[]>? Errors = null
)
{
    /// <summary>The last segment of <see cref="Type"/>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Slug => Type[(Type.LastIndexOf('/') + 1)..];
}
