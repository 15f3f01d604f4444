using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MariosPizzeria.BuildingBlocks.ApiDocs;

/// <summary>Generates the OpenAPI 3.0 document of each service's own API from its endpoints, in Development only.</summary>
public static class ApiDocsRegistration
{
    /// <summary>The document's name.</summary>
    public const string Document = "v1";

    /// <summary>The path of the document.</summary>
    public const string Path = $"/openapi/{Document}.json";

    /// <summary>The OpenAPI version that every client generator reads.</summary>
    public const OpenApiSpecVersion Version = OpenApiSpecVersion.OpenApi3_0;

    /// <summary>The name of the security scheme for programs.</summary>
    public const string Bearer = "bearer";

    // The gateway maps the document of the whole API to the same path without a route parameter; that route takes precedence there.
    internal static void MapApiDocs(this WebApplication app)
    {
        if (app.Environment.IsDevelopment())
        {
            app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        }
    }

    /// <summary>
    /// Configures <c>AddOpenApi</c>. Each web process calls <c>AddOpenApi</c> itself, because the framework's source generator adds the XML
    /// comments of the calling project and its referenced projects, as summaries of operations and descriptions of parameters and
    /// properties.
    /// </summary>
    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = Version;
        options.ShouldInclude = endpoint =>
            endpoint.RelativePath?.StartsWith("api/", StringComparison.Ordinal) is true && !HttpMethods.IsHead(endpoint.HttpMethod ?? "");
        options.CreateSchemaReferenceId = Schemas.NameOf;
        options.AddOperationTransformer<OperationTransformer>();
        options.AddSchemaTransformer(Schemas.FixSchemaAsync);
        options.AddDocumentTransformer(
            async (document, context, cancellationToken) =>
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
                document.AddComponent<IOpenApiSchema>(
                    ProblemResponses.Schema,
                    await context.GetOrCreateSchemaAsync(typeof(ProblemDocument), cancellationToken: cancellationToken)
                );
                Schemas.FixNullability(document);
            }
        );
    }
}
