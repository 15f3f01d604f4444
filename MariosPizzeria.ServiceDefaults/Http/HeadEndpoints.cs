using MariosPizzeria.ServiceDefaults.ApiDocs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace MariosPizzeria.ServiceDefaults.Http;

/// <summary>
/// What answers GET answers HEAD too: the same status and headers, no content (RFC 9110, 9.1 and 9.3.2). A stream does not: it would
/// have no content and no end.
/// </summary>
internal sealed class HeadEndpoints(EndpointDataSource endpoints) : EndpointDataSource
{
    private static readonly HttpMethodMetadata GetAndHead = new([HttpMethods.Get, HttpMethods.Head]);

    public override IReadOnlyList<Endpoint> Endpoints => [.. endpoints.Endpoints.Select(AnsweringHead)];

    public override IChangeToken GetChangeToken() => endpoints.GetChangeToken();

    /// <summary>Has every endpoint that is mapped by now answer HEAD.</summary>
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
            || endpoint.Metadata.GetMetadata<ApiDescription>() is { IsStream: true }
        )
        {
            return endpoint;
        }

        // Of several, the last one counts.
        var metadata = new EndpointMetadataCollection([.. route.Metadata, GetAndHead]);
        return new RouteEndpoint(handle, route.RoutePattern, route.Order, metadata, route.DisplayName);
    }
}
