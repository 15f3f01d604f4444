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
            schema.MultipleOf = 0.01m;
            schema.Description = $"An amount in {Money.Currency}.";
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

    /// <summary>What a type is called in the document; null where it is described in place: a number is no class in anybody's client.</summary>
    public static string? NameOf(JsonTypeInfo type) =>
        IsMoney(type.Type) ? null
        : type.Type.IsEnum ? type.Type.Name
        : OpenApiOptions.CreateDefaultSchemaReferenceId(type);

    private static bool IsMoney(Type type) => (Nullable.GetUnderlyingType(type) ?? type) == typeof(Money);
}
