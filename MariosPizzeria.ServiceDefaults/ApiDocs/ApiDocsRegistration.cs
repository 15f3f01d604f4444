using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.OpenApi;

namespace MariosPizzeria.ServiceDefaults.ApiDocs;

/// <summary>Each service's document of its own API (OpenAPI 3.0), generated from its endpoints, in Development only.</summary>
public static class ApiDocsRegistration
{
    /// <summary>The document's name; it is served at <c>/openapi/v1.json</c>.</summary>
    public const string Document = "v1";

    /// <summary>Where it is served.</summary>
    public const string Path = $"/openapi/{Document}.json";

    /// <summary>The version that every client generator reads.</summary>
    public const OpenApiSpecVersion Version = OpenApiSpecVersion.OpenApi3_0;

    /// <summary>The name of the scheme for programs.</summary>
    public const string Bearer = "bearer";

    internal static void AddApiDocs(this WebApplicationBuilder builder)
    {
        if (!builder.Environment.IsDevelopment())
        {
            return;
        }

        builder.Services.AddOpenApi(
            Document,
            options =>
            {
                options.OpenApiVersion = Version;
                options.ShouldInclude = endpoint =>
                    endpoint.RelativePath?.StartsWith("api/", StringComparison.Ordinal) is true
                    && !HttpMethods.IsHead(endpoint.HttpMethod ?? "");
                options.CreateSchemaReferenceId = Schemas.NameOf;
                options.AddDocumentTransformer(
                    (document, _, _) =>
                    {
                        document.Info = new() { Title = "Mario's Pizzeria", Version = "v1" };
                        document.Servers = [];
                        document.AddComponent<IOpenApiSecurityScheme>(
                            Bearer,
                            new OpenApiSecurityScheme
                            {
                                Type = SecuritySchemeType.Http,
                                Scheme = "bearer",
                                BearerFormat = "JWT",
                                Description = "For programs: the access_token of POST /api/auth/token.",
                            }
                        );
                        return Task.CompletedTask;
                    }
                );
                options.AddOperationTransformer<OperationDescription>();
                options.AddSchemaTransformer(Schemas.Mend);
                options.AddDocumentTransformer(
                    (document, _, _) =>
                    {
                        Schemas.MendNulls(document);
                        return Task.CompletedTask;
                    }
                );
            }
        );
    }

    internal static void MapApiDocs(this WebApplication app)
    {
        // The gateway serves the whole API's document at the same address.
        if (app.Environment.IsDevelopment() && !app.Services.GetServices<WholeApi>().Any())
        {
            app.MapOpenApi($"/openapi/{{documentName}}.json").AllowAnonymous();
        }
    }
}

/// <summary>Registered by who serves a document of more than its own API.</summary>
public sealed class WholeApi;
