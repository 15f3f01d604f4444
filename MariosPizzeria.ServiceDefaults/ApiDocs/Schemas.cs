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
        else if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(Money))
        {
            schema.Type = type == typeof(Money) ? JsonSchemaType.Number : JsonSchemaType.Number | JsonSchemaType.Null;
            schema.MultipleOf = 0.01m;
            schema.Description = $"An amount in {Money.Currency}.";
        }

        return Task.CompletedTask;
    }
}
