using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MariosPizzeria.Contracts;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MariosPizzeria.ServiceDefaults.ApiDocs;

/// <summary>Says what types are whose JSON is written by converters of ours, into which the generator does not see.</summary>
internal static class Schemas
{
    public static Task Mend(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
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
            // No multipleOf: of binary fractions, in which validators compute, 12.99 is no multiple of 0.01.
            schema.Description = $"An amount in {Money.Currency}, with two decimals.";
        }
        else if ((Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } names)
        {
            schema.Type = type == names ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Enum =
            [
                .. Enum.GetValues(names).Cast<object>().Select(value => JsonSerializer.SerializeToNode(value, PizzeriaJson.Options)!),
            ];
        }
        else if (context.JsonTypeInfo is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element } && element == typeof(string))
        {
            schema.Items = new OpenApiSchema { Type = JsonSchemaType.String };
        }
        else if (context.JsonTypeInfo.Properties is { Count: > 0 } properties && properties.All(property => property.IsGetNullable))
        {
            // Only what is sent may lack everything: the endpoint says what must be there. What is answered is always complete.
            schema.Required = null;
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// Gives a type to the null of "null, or one of these": in OpenAPI 3.0 <c>nullable</c> says nothing in a schema without a type.
    /// </summary>
    public static void MendNulls(OpenApiDocument document)
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

    /// <summary>What a type is called in the document; null where it is described in place: a number is no class in anybody's client.</summary>
    public static string? NameOf(JsonTypeInfo type) =>
        IsMoney(type.Type) ? null
        : type.Type.IsEnum ? type.Type.Name
        : OpenApiOptions.CreateDefaultSchemaReferenceId(type);

    private static bool IsMoney(Type type) => (Nullable.GetUnderlyingType(type) ?? type) == typeof(Money);
}
