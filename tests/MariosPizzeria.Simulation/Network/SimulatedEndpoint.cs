using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace MariosPizzeria.Simulation.Network;

/// <summary>An endpoint of a service, matched by method and path as routing does.</summary>
internal sealed class SimulatedEndpoint(RouteEndpoint endpoint, RequestDelegate run)
{
    private readonly IReadOnlyList<string> _methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods;
    private readonly IReadOnlyList<RoutePatternPathSegment> _segments = endpoint.RoutePattern.PathSegments;

    /// <summary>The route template, <c>/api/orders/{id}</c>.</summary>
    public string Route { get; } = endpoint.RoutePattern.RawText!.TrimEnd('/');

    /// <summary>Runs the endpoint; exceptions become problem responses.</summary>
    public RequestDelegate Run => run;

    /// <summary>Routes the request to this endpoint if its method and path match.</summary>
    public bool TryRoute(HttpContext context, string method, string[] path)
    {
        if (path.Length != _segments.Count || !_methods.Contains(method))
        {
            return false;
        }

        for (var i = 0; i < path.Length; i++)
        {
            if (_segments[i].Parts[0] is RoutePatternLiteralPart literal && literal.Content != path[i])
            {
                return false;
            }
        }

        for (var i = 0; i < path.Length; i++)
        {
            if (_segments[i].Parts[0] is RoutePatternParameterPart parameter)
            {
                context.Request.RouteValues[parameter.Name] = path[i];
            }
        }

        context.SetEndpoint(endpoint);
        return true;
    }
}
