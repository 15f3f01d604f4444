using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.ServiceDefaults.ApiDocs;

/// <summary>What an endpoint says about itself that its signature does not.</summary>
/// <param name="Operation">Names a method in a generated client: camelCase, unique in the whole API.</param>
/// <param name="Summary">One line.</param>
public sealed record ApiDescription(string Operation, string Summary)
{
    /// <summary>The status where nothing goes wrong.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>The body where nothing goes wrong, as an object that is written as JSON: its type describes it. Null where there is none.</summary>
    public object? Answer { get; init; }

    /// <summary>
    /// Its own refusals, by slug. What every endpoint of a kind may be refused for (a body that can't be read, a missing token, an
    /// idempotency key in use) comes by itself.
    /// </summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Query parameters that the handler reads by itself: name and what it is.</summary>
    public IReadOnlyDictionary<string, string> Query { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A body that the endpoint takes, as an object that is written as JSON.</summary>
    public object? Example { get; init; }

    /// <summary>Whether the answer has an entity tag.</summary>
    public bool HasETag { get; init; }

    /// <summary>Whether the request may name the version that it expects, and is refused with 412 where there is another.</summary>
    public bool TakesIfMatch { get; init; }

    /// <summary>Whether somebody must be signed in though the endpoint finds that out by itself.</summary>
    public bool NeedsUser { get; init; }

    /// <summary>Whether the answer is a stream of server-sent events with such data.</summary>
    public bool IsStream { get; init; }
}

/// <summary>Describes endpoints.</summary>
public static class ApiDescriptions
{
    /// <summary>Describes an endpoint whose answer has a body of a type.</summary>
    public static TBuilder Describe<TBuilder>(this TBuilder endpoint, ApiDescription description)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.WithMetadata(description);
        if (description.Answer is { } answer)
        {
            endpoint.WithMetadata(
                new ProducesResponseTypeMetadata(
                    description.Status,
                    answer.GetType(),
                    [description.IsStream ? "text/event-stream" : "application/json"]
                )
            );
        }
        else
        {
            endpoint.WithMetadata(new ProducesResponseTypeMetadata(description.Status, typeof(void)));
        }

        return endpoint;
    }
}
