using System.Net.Mime;
using MariosPizzeria.BuildingBlocks.ApiDocs;
using MariosPizzeria.Gateway.Proxying;
using MariosPizzeria.ServiceDefaults.Clients;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MariosPizzeria.Gateway.ApiDocs;

/// <summary>
/// The whole API as one OpenAPI document: the documents of the services, merged, plus what the gateway adds (sessions, CSRF tokens, rate
/// limits). The documents are read again for each request, so the result matches the running services.
/// </summary>
internal sealed class CombinedApiDocument(HttpClient http, [FromKeyedServices(ApiDocsRegistration.Document)] IOpenApiDocumentProvider own)
{
    private const string Session = "session";
    private const string CsrfScheme = "csrf";

    /// <summary>Handles GET /openapi/v1.json. Responds with <c>unavailable</c> if a service does not answer with its document.</summary>
    public static async Task<IResult> Get(CombinedApiDocument document, HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var whole = await document.Handle(cancellationToken);
            // Client generators need an absolute URL.
            whole.Servers = [new() { Url = $"{request.Scheme}://{request.Host}{request.PathBase}" }];
            return Results.Text(
                await whole.SerializeAsJsonAsync(ApiDocsRegistration.Version, cancellationToken),
                MediaTypeNames.Application.Json
            );
        }
        catch (Exception e) when (e is ServiceUnavailableException or HttpRequestException)
        {
            return Error.Unavailable("A service does not answer.").ToProblem();
        }
    }

    private async Task<OpenApiDocument> Handle(CancellationToken cancellationToken)
    {
        var whole = await own.GetOpenApiDocumentAsync(cancellationToken);
        foreach (var service in RouteTable.Services)
        {
            await AddServiceAsync(whole, service, cancellationToken);
        }

        AddSecurityScheme(
            whole,
            Session,
            ParameterLocation.Cookie,
            SessionStore.CookieName,
            "For browsers: the cookie of POST /api/auth/login."
        );
        AddSecurityScheme(
            whole,
            CsrfScheme,
            ParameterLocation.Header,
            CsrfProtection.Header,
            "With the cookie, for whatever changes something: csrfToken of GET /api/auth/me."
        );
        whole.Tags = whole
            .Paths.Keys.Select(TagOf)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(tag => new OpenApiTag { Name = tag })
            .ToHashSet();
        foreach (var (path, operations) in whole.Paths)
        {
            foreach (var (method, operation) in operations.Operations!)
            {
                operation.Tags = new HashSet<OpenApiTagReference> { new(TagOf(path), whole) };
                AddSession(operation, method, whole);
                if (method == HttpMethod.Post && RouteTable.Routes.Any(route => route.Path == path && route.PostsCountAs is not null))
                {
                    operation.Responses!["429"] = ProblemResponses.Of(whole, ErrorCodes.RateLimited);
                }
            }
        }

        return whole;
    }

    // Paths are unique to a service. Schemas of the same name are the same type of Contracts, so the first one is used.
    private async Task AddServiceAsync(OpenApiDocument whole, string service, CancellationToken cancellationToken)
    {
        await using var json = await http.GetStreamAsync(new Uri(Replicas.AddressOf(service), ApiDocsRegistration.Path), cancellationToken);
        var document = await ReadAsync(service, json, cancellationToken);
        foreach (var (path, operations) in document.Paths)
        {
            whole.Paths.Add(path, operations);
        }

        foreach (var (name, schema) in document.Components!.Schemas!)
        {
            whole.AddComponent(name, schema);
        }
    }

    // The reader returns no document for a text that is not JSON, and throws various exceptions for JSON that is no OpenAPI document.
    private static async Task<OpenApiDocument> ReadAsync(string service, Stream json, CancellationToken cancellationToken)
    {
        try
        {
            var read = await OpenApiDocument.LoadAsync(json, "json", cancellationToken: cancellationToken);
            return read.Document is { Paths: not null, Components.Schemas: not null } document
                ? document
                : throw new InvalidDataException("The response is no OpenAPI document.");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServiceUnavailableException(service, e);
        }
    }

    // The tag is the first path segment after /api.
    private static string TagOf(string path) => path.Split('/')[2];

    private static void AddSecurityScheme(OpenApiDocument whole, string id, ParameterLocation place, string name, string description) =>
        whole.AddComponent<IOpenApiSecurityScheme>(
            id,
            new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = place,
                Name = name,
                Description = description,
            }
        );

    private static void AddSession(OpenApiOperation operation, HttpMethod method, OpenApiDocument whole)
    {
        if (operation.Security is not { Count: > 0 } security)
        {
            return;
        }

        var session = new OpenApiSecurityRequirement { [new(Session, whole)] = [] };
        if (method != HttpMethod.Get)
        {
            session[new(CsrfScheme, whole)] = [];
        }

        security.Add(session);
    }
}
