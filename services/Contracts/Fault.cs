namespace MariosPizzeria.Contracts;

/// <summary>
/// Why an operation was refused, in terms of the contract: the slug is the last part of the problem document's <c>type</c> and
/// decides the HTTP status.
/// </summary>
/// <param name="Slug">One of <see cref="Slugs"/>.</param>
/// <param name="Detail">One sentence for the caller; no personal data, no stack trace.</param>
public sealed record Fault(string Slug, string Detail)
{
    /// <summary>For <c>validation</c>: each wrong field with what is wrong about it.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>For 429 and 503: when to try again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// For <c>version-conflict</c>: whether the caller named the version that it expects (<c>If-Match</c>), which is answered by 412 in
    /// place of 409.
    /// </summary>
    public bool IsPrecondition { get; init; }

    /// <summary>It does not exist, or is not the caller's to see: the two are told alike.</summary>
    public static Fault NotFound(string what, string id) => new(Slugs.NotFound, $"There is no {what} '{id}'.");

    /// <summary>The state it is in does not allow the step.</summary>
    public static Fault IllegalTransition(string detail) => new(Slugs.IllegalTransition, detail);

    /// <summary>Fields that break the contract's bounds, each with its messages.</summary>
    public static Fault Validation(IReadOnlyDictionary<string, string[]> errors) =>
        new(Slugs.Validation, "One or more fields are not valid.") { Errors = errors };

    /// <summary>Something needed is out of reach for now.</summary>
    public static Fault Unavailable(string detail, TimeSpan? retryAfter = null) =>
        new(Slugs.Unavailable, detail) { RetryAfter = retryAfter ?? TimeSpan.FromSeconds(5) };
}

/// <summary>Every problem there is; the contract lists their statuses.</summary>
public static class Slugs
{
    public const string MalformedJson = "malformed-json";
    public const string Validation = "validation";
    public const string Unauthenticated = "unauthenticated";
    public const string Forbidden = "forbidden";
    public const string NotFound = "not-found";
    public const string MethodNotAllowed = "method-not-allowed";
    public const string PayloadTooLarge = "payload-too-large";
    public const string UnsupportedMediaType = "unsupported-media-type";
    public const string IllegalTransition = "illegal-transition";
    public const string KitchenAtCapacity = "kitchen-at-capacity";
    public const string SoldOut = "sold-out";
    public const string IdempotencyInProgress = "idempotency-in-progress";
    public const string IdempotencyMismatch = "idempotency-mismatch";
    public const string AlreadyExists = "already-exists";
    public const string VersionConflict = "version-conflict";
    public const string UnknownPizza = "unknown-pizza";
    public const string UnknownTopping = "unknown-topping";
    public const string RateLimited = "rate-limited";
    public const string MenuUnavailable = "menu-unavailable";
    public const string Unavailable = "unavailable";
    public const string InternalError = "internal-error";
}
