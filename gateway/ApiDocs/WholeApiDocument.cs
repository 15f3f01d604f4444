using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;
using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Proxying;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.ServiceDefaults.ApiDocs;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MariosPizzeria.Gateway.ApiDocs;

/// <summary>
/// The whole API as one OpenAPI document: what each service says of itself, made one, with what the gateway adds (sessions, their
/// proof, rate limits). Read anew each time, so that it is what runs.
/// </summary>
internal sealed class WholeApiDocument(
    IHttpClientFactory clients,
    [FromKeyedServices(ApiDocsRegistration.Document)] IOpenApiDocumentProvider own
)
{
    /// <summary>The client's name.</summary>
    public const string Client = "api-docs";

    private const string Session = "session";
    private const string Proof = "csrf";

    /// <summary>GET /openapi/v1.json.</summary>
    public static async Task<IResult> Get(WholeApiDocument document, HttpRequest request, CancellationToken cancellationToken) =>
        (await document.Write(At(request), cancellationToken)) is { Succeeded: true } read
            ? Results.Text(read.Value.ToJsonString(new() { WriteIndented = true }), MediaTypeNames.Application.Json)
            : Fault.Unavailable("A service does not answer.").ToProblem();

    /// <summary>The document; <c>unavailable</c> where a service does not answer.</summary>
    /// <param name="server">Where the API is: a client generator wants the whole address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Outcome<JsonObject>> Write(string server, CancellationToken cancellationToken)
    {
        var generated = await own.GetOpenApiDocumentAsync(cancellationToken);
        var whole = JsonNode.Parse(await generated.SerializeAsJsonAsync(ApiDocsRegistration.Version, cancellationToken))!.AsObject();
        foreach (var service in RouteTable.Services)
        {
            if (await Read(service, cancellationToken) is not { } part)
            {
                return Fault.Unavailable($"{service} does not answer.");
            }

            DocumentParts.Add(whole, part, service);
        }

        whole["servers"] = new JsonArray(new JsonObject { ["url"] = server });
        Group(whole);
        AddSessions(whole);
        AddRateLimits(whole);
        return whole;
    }

    private static string At(HttpRequest request) => $"{request.Scheme}://{request.Host}{request.PathBase}";

    /// <summary>By what they are about, which is the path's word behind <c>/api</c>; not by the classes that carry them out.</summary>
    private static void Group(JsonObject whole)
    {
        var groups = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (_, path, operation) in DocumentParts.Operations(whole))
        {
            var group = path.Split('/')[2];
            groups.Add(group);
            operation["tags"] = new JsonArray(group);
        }

        whole["tags"] = new JsonArray([.. groups.Select(group => new JsonObject { ["name"] = group })]);
    }

    private static void AddSessions(JsonObject whole)
    {
        var schemes = whole["components"]!["securitySchemes"]!.AsObject();
        schemes[Session] = new JsonObject
        {
            ["type"] = "apiKey",
            ["in"] = "cookie",
            ["name"] = SessionStore.CookieName,
            ["description"] = "For browsers: the cookie of POST /api/auth/login.",
        };
        schemes[Proof] = new JsonObject
        {
            ["type"] = "apiKey",
            ["in"] = "header",
            ["name"] = CrossSite.Header,
            ["description"] = "With the cookie, for whatever changes something: csrfToken of GET /api/auth/me.",
        };
        foreach (var (method, _, operation) in DocumentParts.Operations(whole))
        {
            if (operation["security"] is JsonArray { Count: > 0 } security)
            {
                var bySession = new JsonObject { [Session] = new JsonArray() };
                if (method is not "get")
                {
                    bySession[Proof] = new JsonArray();
                }

                security.Add(bySession);
            }
            else
            {
                // Said, and not left open: nobody need sign in.
                operation["security"] = new JsonArray();
            }
        }
    }

    private static void AddRateLimits(JsonObject whole)
    {
        var limited = RouteTable.Routes.Where(route => route.PostsCountAs is not null).Select(route => route.Path).ToHashSet();
        foreach (var (method, path, operation) in DocumentParts.Operations(whole))
        {
            if (method is "post" && limited.Contains(path))
            {
                operation["responses"]!["429"] = new JsonObject
                {
                    ["description"] = $"`/problems/{Slugs.RateLimited}`",
                    ["headers"] = new JsonObject
                    {
                        ["Retry-After"] = new JsonObject
                        {
                            ["description"] = "Seconds.",
                            ["schema"] = new JsonObject { ["type"] = "integer" },
                        },
                    },
                    ["content"] = new JsonObject
                    {
                        [MediaTypeNames.Application.ProblemJson] = new JsonObject
                        {
                            ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Problem" },
                        },
                    },
                };
            }
        }
    }

    /// <summary>What a service says of itself, by whichever replica answers.</summary>
    private async Task<JsonObject?> Read(string service, CancellationToken cancellationToken)
    {
        try
        {
            using var client = clients.CreateClient(Client);
            var text = await client.GetStringAsync(new Uri(Replicas.AddressOf(service), ApiDocsRegistration.Path), cancellationToken);
            return JsonNode.Parse(text)!.AsObject();
        }
        catch (Exception e) when (e is ServiceUnavailableException or HttpRequestException or JsonException)
        {
            return null;
        }
    }
}
