using System.Net.Http.Headers;
using System.Text;
using MariosPizzeria.BuildingBlocks.Idempotency;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Routing.Patterns;

namespace MariosPizzeria.BuildingBlocks.Http;

/// <summary>
/// Calls, over the process's own port and with a manager's token, every GET endpoint without parameters (GET is safe: RFC 9110, 9.2.1), and
/// sends the bodies that <see cref="EndpointWarmUpConventions.WarmUpWith"/> names.
/// </summary>
internal sealed class EndpointWarmUp(EndpointDataSource endpoints, IServer server, AccessTokenIssuer tokens) : IWarmUp
{
    private const string Caller = "warm-up";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (server.ReachableAddress() is not { } address)
        {
            return;
        }

        using var client = new HttpClient { BaseAddress = address };

        // The token also has the service role: a service has no account, so Order, which may not be running yet, is not queried about it.
        var token = tokens.Issue(Caller, Caller, [Roles.Manager, Roles.Service], TimeSpan.FromMinutes(1));
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue(Caller, productVersion: null));
        foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            using var request = RequestFor(endpoint);
            if (request is not null)
            {
                // Only the headers are read, because a stream never ends.
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            }
        }
    }

    private static HttpRequestMessage? RequestFor(RouteEndpoint endpoint)
    {
        var segments = endpoint.RoutePattern.PathSegments;
        var path = "/" + string.Join('/', segments.Where(segment => !IsOptional(segment)).Select(Literal));
        if (segments.Any(segment => !IsOptional(segment) && Literal(segment) is null))
        {
            return null;
        }

        if (endpoint.Metadata.GetMetadata<WarmUpBody>() is { } body)
        {
            return new(HttpMethod.Post, path)
            {
                Headers = { { IdempotencyFilter.Header, $"{Caller}-{Guid.NewGuid():N}" } },
                Content = new StringContent(body.Json, Encoding.UTF8, "application/json"),
            };
        }

        // An endpoint without a method is proxied to another service, which may not be running yet.
        return endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { } methods && methods.HttpMethods.Contains(HttpMethods.Get)
            ? new(HttpMethod.Get, path)
            : null;
    }

    private static string? Literal(RoutePatternPathSegment segment) =>
        segment is { IsSimple: true, Parts: [RoutePatternLiteralPart literal] } ? literal.Content : null;

    private static bool IsOptional(RoutePatternPathSegment segment) =>
        segment is { IsSimple: true, Parts: [RoutePatternParameterPart parameter] } && (parameter.IsCatchAll || parameter.IsOptional);
}

/// <summary>The JSON body for the warm-up of a POST endpoint.</summary>
internal sealed record WarmUpBody(string Json);

/// <summary>Marks endpoints for the warm-up.</summary>
public static class EndpointWarmUpConventions
{
    /// <summary>Has the process send itself this body before it is ready; the request must change nothing.</summary>
    public static TBuilder WarmUpWith<TBuilder>(this TBuilder endpoint, string json)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new WarmUpBody(json));
}
