using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MariosPizzeria.BuildingBlocks.ApiDocs;

/// <summary>Corrects the schemas of types whose JSON is written by custom converters, which the generator can't inspect.</summary>
internal static class Schemas
{
    public static Task FixSchemaAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if (type == typeof(string))
        {
            schema.Type = context.JsonPropertyInfo is { IsGetNullable: true } or { IsSetNullable: true }
                ? JsonSchemaType.String | JsonSchemaType.Null
                : JsonSchemaType.String;
        }
        else if (IsMoney(type))
        {
            schema.Type = type == typeof(Money) ? JsonSchemaType.Number : JsonSchemaType.Number | JsonSchemaType.Null;
            // No multipleOf: validators calculate with binary fractions, in which 12.99 is not a multiple of 0.01.
            schema.Description = $"An amount in {Money.Currency}, with two decimals.";
        }
        else if ((Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } names)
        {
            // The schema does not list null: a nullable property refers to it as "null, or this".
            Name(schema, names);
        }
        else if (context.JsonTypeInfo is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element } && element == typeof(string))
        {
            schema.Items = new OpenApiSchema { Type = JsonSchemaType.String };
        }
        else if (context.JsonTypeInfo is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { IsEnum: true } listed })
        {
            var item = new OpenApiSchema();
            Name(item, listed);
            schema.Items = item;
        }
        else if (context.JsonTypeInfo.Properties is { Count: > 0 } properties && properties.All(property => property.IsGetNullable))
        {
            // Only types of requests have nothing but nullable properties: the endpoint checks what is required. Responses are complete.
            schema.Required = null;
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// Gives a type to the null in "null, or one of these": in OpenAPI 3.0 <c>nullable</c> has no effect in a schema without a type.
    /// </summary>
    public static void FixNullability(OpenApiDocument document)
    {
        var alternatives =
            from schema in document.Components?.Schemas?.Values ?? []
            from property in schema.Properties?.Values ?? []
            from alternative in property.OneOf ?? []
            select alternative;
        foreach (var nothing in alternatives.OfType<OpenApiSchema>().Where(schema => schema.Type == JsonSchemaType.Null))
        {
            nothing.Type = JsonSchemaType.String | JsonSchemaType.Null;
            nothing.Enum = [JsonNullSentinel.JsonNull];
        }
    }

    /// <summary>Returns a type's name in the document; null if its schema is inlined: a number needs no class in a client.</summary>
    public static string? NameOf(JsonTypeInfo type) =>
        IsMoney(type.Type) ? null
        : type.Type.IsEnum ? type.Type.Name
        : OpenApiOptions.CreateDefaultSchemaReferenceId(type);

    private static void Name(OpenApiSchema schema, Type names)
    {
        schema.Type = JsonSchemaType.String;
        schema.Enum =
        [
            .. Enum.GetValues(names).Cast<object>().Select(value => JsonSerializer.SerializeToNode(value, PizzeriaJson.Options)!),
        ];
    }

    private static bool IsMoney(Type type) => (Nullable.GetUnderlyingType(type) ?? type) == typeof(Money);
}
