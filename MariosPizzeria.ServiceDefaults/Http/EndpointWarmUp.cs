using System.Net.Http.Headers;
using System.Text;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Idempotency;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace MariosPizzeria.ServiceDefaults.Http;

/// <summary>
/// Asks the process, over its own port and with a manager's token, everything that can be asked without a parameter (GET is safe: RFC
/// 9110, 9.2.1), and sends what <see cref="EndpointWarmUpConventions.WarmUpWith"/> names.
/// </summary>
internal sealed class EndpointWarmUp(EndpointDataSource endpoints, IServer server, Tokens tokens) : IWarmUp
{
    private const string Caller = "warm-up";

    public async Task Run(CancellationToken cancellationToken)
    {
        if (server.AddressFromBeside() is not { } address)
        {
            return;
        }

        using var client = new HttpClient { BaseAddress = address };

        // A process's own token too: it has no account, about which Order, which may not be there yet, would have to be asked.
        var token = tokens.Issue(Caller, Caller, [Roles.Manager, Roles.Service], TimeSpan.FromMinutes(1));
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue(Caller, productVersion: null));
        foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            using var request = RequestFor(endpoint);
            if (request is not null)
            {
                // The headers are enough: a stream never ends.
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

        // What names no method is passed on to another service, which may not be there yet.
        return endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { } methods && methods.HttpMethods.Contains(HttpMethods.Get)
            ? new(HttpMethod.Get, path)
            : null;
    }

    private static string? Literal(RoutePatternPathSegment segment) =>
        segment is { IsSimple: true, Parts: [RoutePatternLiteralPart literal] } ? literal.Content : null;

    private static bool IsOptional(RoutePatternPathSegment segment) =>
        segment is { IsSimple: true, Parts: [RoutePatternParameterPart parameter] } && (parameter.IsCatchAll || parameter.IsOptional);
}

/// <summary>What a POST is warmed up with.</summary>
internal sealed record WarmUpBody(string Json);

/// <summary>Marks endpoints for the warm-up.</summary>
public static class EndpointWarmUpConventions
{
    /// <summary>Before the process is ready it sends itself this body, which must change nothing.</summary>
    public static TBuilder WarmUpWith<TBuilder>(this TBuilder endpoint, string json)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new WarmUpBody(json));
}
