using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Primitives;

namespace MariosPizzeria.BuildingBlocks.Http;

/// <summary>
/// Answers HEAD on all endpoints that answer GET: the same status and headers, no content (RFC 9110, 9.1 and 9.3.2). Streams are excluded:
/// the response would have no content and no end.
/// </summary>
internal sealed class HeadEndpoints(EndpointDataSource endpoints) : EndpointDataSource
{
    private static readonly HttpMethodMetadata GetAndHead = new([HttpMethods.Get, HttpMethods.Head]);

    public override IReadOnlyList<Endpoint> Endpoints => [.. endpoints.Endpoints.Select(AnsweringHead)];

    public override IChangeToken GetChangeToken() => endpoints.GetChangeToken();

    /// <summary>Makes all endpoints that are already mapped answer HEAD.</summary>
    public static void AddTo(IEndpointRouteBuilder app)
    {
        EndpointDataSource[] mapped = [.. app.DataSources];
        app.DataSources.Clear();
        Array.ForEach(mapped, source => app.DataSources.Add(new HeadEndpoints(source)));
    }

    private static Endpoint AnsweringHead(Endpoint endpoint)
    {
        if (
            endpoint is not RouteEndpoint { RequestDelegate: { } handle } route
            || endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is not ["GET"]
            || IsStream(endpoint)
        )
        {
            return endpoint;
        }

        // The last metadata of a type takes precedence.
        var metadata = new EndpointMetadataCollection([.. route.Metadata, GetAndHead]);
        return new RouteEndpoint(handle, route.RoutePattern, route.Order, metadata, route.DisplayName);
    }

    private static bool IsStream(Endpoint endpoint) =>
        endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Any(answer => answer.ContentTypes.Contains("text/event-stream"));
}
