using System.Globalization;
using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Idempotency;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace MariosPizzeria.ServiceDefaults.ApiDocs;

/// <summary>Adds to an operation what its endpoint says about itself, and what every endpoint of its kind may be refused for.</summary>
internal sealed class OperationDescription : IOpenApiOperationTransformer
{
    private const string Problem = "Problem";

    public async Task TransformAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var document = context.Document!;
        var authorize = metadata.OfType<IAllowAnonymous>().Any() ? [] : metadata.OfType<IAuthorizeData>().ToList();
        var description = metadata.OfType<ApiDescription>().LastOrDefault();
        var needsUser = authorize.Count > 0 || description is { NeedsUser: true };
        var isIdempotent = metadata.OfType<IdempotencyMetadata>().Any();

        operation.Parameters ??= [];
        if (description is not null)
        {
            operation.OperationId = description.Operation;
            operation.Summary = description.Summary;
            foreach (var (name, what) in description.Query)
            {
                operation.Parameters.Add(
                    new OpenApiParameter
                    {
                        Name = name,
                        In = ParameterLocation.Query,
                        Description = what,
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                    }
                );
            }

            Show(description.Example, operation.RequestBody?.Content);
            Show(description.Answer, operation.Responses?.GetValueOrDefault($"{description.Status}")?.Content);
        }

        if (needsUser)
        {
            operation.Security = [new() { [new OpenApiSecuritySchemeReference(ApiDocsRegistration.Bearer, document)] = [] }];
            var roles = authorize.Select(data => data.Roles).OfType<string>().LastOrDefault();
            operation.Description = roles is null ? null : $"For {roles.Replace(",", ", ", StringComparison.Ordinal)}.";
        }

        if (isIdempotent)
        {
            operation.Parameters.Add(
                new OpenApiParameter
                {
                    Name = IdempotencyFilter.Header,
                    In = ParameterLocation.Header,
                    Description = "The same key and body again gives the first answer, for 24 hours.",
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.String,
                        MinLength = 1,
                        MaxLength = 128,
                        Pattern = "^[!-~]+$",
                    },
                }
            );
        }

        if (description is { TakesIfMatch: true })
        {
            operation.Parameters.Add(
                new OpenApiParameter
                {
                    Name = HeaderNames.IfMatch,
                    In = ParameterLocation.Header,
                    Description = "The entity tag of the version that may be changed; any other is left alone.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                }
            );
        }

        if (document.Components?.Schemas?.ContainsKey(Problem) is not true)
        {
            document.AddComponent<IOpenApiSchema>(
                Problem,
                await context.GetOrCreateSchemaAsync(typeof(ProblemDocument), cancellationToken: cancellationToken)
            );
        }

        operation.Responses ??= [];
        var problems = Refusals(operation.RequestBody is not null, needsUser, isIdempotent)
            .Concat(description?.Problems ?? [])
            .Distinct(StringComparer.Ordinal);
        foreach (var status in problems.GroupBy(Problems.StatusOf).OrderBy(status => status.Key))
        {
            operation.Responses[status.Key.ToString(CultureInfo.InvariantCulture)] = Refusal([.. status], document);
        }

        if (description is { TakesIfMatch: true })
        {
            operation.Responses["412"] = Refusal([Slugs.VersionConflict], document, isPrecondition: true);
        }

        if (description is { HasETag: true } && operation.Responses[$"{description.Status}"] is OpenApiResponse answer)
        {
            answer.Headers = Header(HeaderNames.ETag, "Changes whenever the answer does.", JsonSchemaType.String);
        }
    }

    private static void Show(object? example, IDictionary<string, OpenApiMediaType>? content)
    {
        foreach (var media in example is null ? [] : content?.Values ?? [])
        {
            media.Example = JsonSerializer.SerializeToNode(example, PizzeriaJson.Options);
        }
    }

    private static IEnumerable<string> Refusals(bool hasBody, bool needsToken, bool isIdempotent)
    {
        yield return Slugs.Validation;
        yield return Slugs.Unavailable;
        if (hasBody)
        {
            yield return Slugs.MalformedJson;
            yield return Slugs.PayloadTooLarge;
            yield return Slugs.UnsupportedMediaType;
        }

        if (needsToken)
        {
            yield return Slugs.Unauthenticated;
            yield return Slugs.Forbidden;
        }

        if (isIdempotent)
        {
            yield return Slugs.IdempotencyInProgress;
            yield return Slugs.IdempotencyMismatch;
        }
    }

    private static OpenApiResponse Refusal(IReadOnlyList<string> slugs, OpenApiDocument document, bool isPrecondition = false) =>
        new()
        {
            Description = string.Join(", ", slugs.Select(slug => $"`/problems/{slug}`")),
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                ["application/problem+json"] = new()
                {
                    Schema = new OpenApiSchemaReference(Problem, document),
                    Examples = slugs.ToDictionary(
                        slug => slug,
                        slug => (IOpenApiExample)Example(slug, isPrecondition),
                        StringComparer.Ordinal
                    ),
                },
            },
            Headers = slugs.Any(slug => Problems.StatusOf(slug) is 429 or 503)
                ? Header(HeaderNames.RetryAfter, "Seconds.", JsonSchemaType.Integer)
                : null,
        };

    private static Dictionary<string, IOpenApiHeader> Header(string name, string description, JsonSchemaType type) =>
        new(StringComparer.Ordinal)
        {
            [name] = new OpenApiHeader
            {
                Description = description,
                Schema = new OpenApiSchema { Type = type },
            },
        };

    private static OpenApiExample Example(string slug, bool isPrecondition) =>
        new OpenApiExample
        {
            Value = JsonSerializer.SerializeToNode(
                Problems.Document(
                    slug == Slugs.Validation
                        ? Fault.Validation(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["field"] = ["is required"] })
                        : new Fault(slug, Problems.TitleOf(slug)) { IsPrecondition = isPrecondition },
                    "4bf92f3577b34da6a3ce929d0e0e4736"
                ),
                PizzeriaJson.Options
            ),
        };
}
