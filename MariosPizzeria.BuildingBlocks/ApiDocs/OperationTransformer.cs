using System.Net.Mime;
using MariosPizzeria.BuildingBlocks.Idempotency;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace MariosPizzeria.BuildingBlocks.ApiDocs;

/// <summary>Adds to an operation, from its endpoint's metadata, the roles that may call it, its headers, and its errors.</summary>
internal sealed class OperationTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = new EndpointMetadataCollection(context.Description.ActionDescriptor.EndpointMetadata);
        var document = context.Document!;
        List<string> slugs = [ErrorCodes.Validation, ErrorCodes.Unavailable];
        operation.Parameters ??= [];
        operation.Responses ??= [];

        if (operation.RequestBody is not null)
        {
            slugs.AddRange([ErrorCodes.MalformedJson, ErrorCodes.PayloadTooLarge, ErrorCodes.UnsupportedMediaType]);
        }

        var authorize = metadata.GetMetadata<IAllowAnonymous>() is null ? metadata.GetMetadata<IAuthorizeData>() : null;
        if (authorize is not null || metadata.GetMetadata<UserMetadata>() is not null)
        {
            slugs.AddRange([ErrorCodes.Unauthenticated, ErrorCodes.Forbidden]);
            operation.Security = [new() { [new OpenApiSecuritySchemeReference(ApiDocsRegistration.Bearer, document)] = [] }];
            if (authorize?.Roles is { } roles)
            {
                operation.Description = $"For {roles.Replace(",", ", ", StringComparison.Ordinal)}. {operation.Description}".TrimEnd();
            }
        }

        if (metadata.GetMetadata<IdempotencyMetadata>() is not null)
        {
            slugs.AddRange([ErrorCodes.IdempotencyInProgress, ErrorCodes.IdempotencyMismatch]);
            AddHeader(
                IdempotencyFilter.Header,
                "For 24 hours, a request with the same key and body gets the first response again.",
                new()
                {
                    Type = JsonSchemaType.String,
                    MinLength = 1,
                    MaxLength = 128,
                    Pattern = "^[!-~]+$",
                }
            );
        }

        // Error responses are added below, so there is only one response here.
        if (metadata.GetMetadata<ETagMetadata>() is not null && operation.Responses.Values.Single() is OpenApiResponse answer)
        {
            answer.Headers = ProblemResponses.Header(HeaderNames.ETag, "Changes whenever the response changes.", JsonSchemaType.String);
        }

        if (metadata.GetMetadata<IfMatchMetadata>() is not null)
        {
            AddHeader(
                HeaderNames.IfMatch,
                "The entity tag of the version to change; another version is not changed.",
                new() { Type = JsonSchemaType.String }
            );
            operation.Responses["412"] = ProblemResponses.Of(document, ErrorCodes.VersionConflict);
        }

        slugs.AddRange(metadata.GetOrderedMetadata<ProblemsMetadata>().SelectMany(problems => problems.Slugs));
        foreach (var status in slugs.Distinct(StringComparer.Ordinal).GroupBy(Problems.StatusOf).OrderBy(status => status.Key))
        {
            operation.Responses[status.Key.ToString(CultureInfo.InvariantCulture)] = ProblemResponses.Of(document, [.. status]);
        }

        return Task.CompletedTask;

        void AddHeader(string name, string description, OpenApiSchema schema) =>
            operation.Parameters.Add(
                new OpenApiParameter
                {
                    Name = name,
                    In = ParameterLocation.Header,
                    Description = description,
                    Schema = schema,
                }
            );
    }
}

/// <summary>Describes error responses.</summary>
public static class ProblemResponses
{
    internal const string Schema = "Problem";

    /// <summary>Returns the response for a status code that all of these slugs have in common.</summary>
    public static OpenApiResponse Of(OpenApiDocument document, params IReadOnlyList<string> slugs) =>
        new()
        {
            Description = string.Join(", ", slugs.Select(slug => $"`/problems/{slug}`")),
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                [MediaTypeNames.Application.ProblemJson] = new() { Schema = new OpenApiSchemaReference(Schema, document) },
            },
            Headers = slugs.Any(slug => Problems.StatusOf(slug) is 429 or 503)
                ? Header(HeaderNames.RetryAfter, "Seconds.", JsonSchemaType.Integer)
                : null,
        };

    internal static Dictionary<string, IOpenApiHeader> Header(string name, string description, JsonSchemaType type) =>
        new(StringComparer.Ordinal)
        {
            [name] = new OpenApiHeader
            {
                Description = description,
                Schema = new OpenApiSchema { Type = type },
            },
        };
}
