namespace MariosPizzeria.BuildingBlocks.ApiDocs;

/// <summary>Adds metadata to endpoints that the framework's own <c>WithName</c>, <c>Produces</c> and XML comments do not cover.</summary>
public static class EndpointDescriptions
{
    /// <summary>
    /// Adds the errors that the endpoint may return, as slugs of <see cref="Contracts.ErrorCodes"/>. Errors that every endpoint of a kind
    /// may return (a body that can't be read, a missing token, an idempotency key in use) are added automatically.
    /// </summary>
    public static TBuilder ProducesProblems<TBuilder>(this TBuilder endpoint, params string[] slugs)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new ProblemsMetadata(slugs));

    /// <summary>Documents that the response has an <c>ETag</c>.</summary>
    public static TBuilder ProducesETag<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new ETagMetadata());

    /// <summary>Documents that the request may name the expected version (<c>If-Match</c>), and returns 412 if it differs.</summary>
    public static TBuilder AcceptsIfMatch<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new IfMatchMetadata());

    /// <summary>Documents that the user must be signed in, for an endpoint that checks this itself.</summary>
    public static TBuilder ExpectsUser<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new UserMetadata());
}

internal sealed record ProblemsMetadata(IReadOnlyList<string> Slugs);

internal sealed class ETagMetadata;

internal sealed class IfMatchMetadata;

internal sealed class UserMetadata;
