namespace MariosPizzeria.Contracts;

/// <summary>
/// Why an operation was refused, in terms of the contract: the slug is the last part of the problem document's <c>type</c> and
/// decides the HTTP status.
/// </summary>
/// <param name="Code">One of <see cref="ErrorCodes"/>.</param>
/// <param name="Detail">One sentence for the caller; no personal data, no stack trace.</param>
public sealed record Error(string Code, string Detail)
{
    /// <summary>For <c>validation</c>: each wrong field with what is wrong about it.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>For 429 and 503: when to try again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// For <c>version-conflict</c>: whether the caller named the expected version (<c>If-Match</c>); the response is then 412 instead of
    /// 409.
    /// </summary>
    public bool IsPrecondition { get; init; }

    /// <summary>The object does not exist, or the caller may not see it: the error is the same in both cases.</summary>
    public static Error NotFound(string what, string id) => new(ErrorCodes.NotFound, $"There is no {what} '{id}'.");

    /// <summary>The current state does not allow the step.</summary>
    public static Error IllegalTransition(string detail) => new(ErrorCodes.IllegalTransition, detail);

    /// <summary>Fields that break the contract's bounds, each with its messages.</summary>
    public static Error Validation(IReadOnlyDictionary<string, string[]> errors) =>
        new(ErrorCodes.Validation, "One or more fields are not valid.") { Errors = errors };

    /// <summary>A dependency is not available at the moment.</summary>
    public static Error Unavailable(string detail, TimeSpan? retryAfter = null) =>
        new(ErrorCodes.Unavailable, detail) { RetryAfter = retryAfter ?? TimeSpan.FromSeconds(5) };
}

/// <summary>All error codes; the contract lists their statuses.</summary>
public static class ErrorCodes
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
    public const string SlotFull = "slot-full";
    public const string ShopClosed = "shop-closed";
    public const string KitchenPaused = "kitchen-paused";
    public const string MenuUnavailable = "menu-unavailable";
    public const string Unavailable = "unavailable";
    public const string InternalError = "internal-error";
}
