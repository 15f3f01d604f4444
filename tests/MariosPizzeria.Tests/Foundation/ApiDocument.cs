using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Microsoft.OpenApi;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>The API's document, and checks of responses against it.</summary>
internal sealed class ApiDocument
{
    private const string Reference = "#/components/schemas/";
    private const string Definition = "#/$defs/";

    private static readonly EvaluationOptions Strictly = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly JsonElement _root;

    // The document in OpenAPI 3.1, whose schemas are plain JSON Schema (2020-12).
    private readonly JsonNode _strict;

    private ApiDocument(JsonElement document, JsonNode strict) => (_root, _strict) = (document, strict);

    /// <summary>Reads the document; fails if it is not strictly valid OpenAPI.</summary>
    public static async Task<ApiDocument> ReadAsync(byte[] json)
    {
        using var text = new MemoryStream(json);
        var read = await OpenApiDocument.LoadAsync(text, "json");
        read.Diagnostic!.Errors.ShouldBeEmpty();
        read.Diagnostic.Warnings.ShouldBeEmpty();
        var strict = JsonNode.Parse(await read.Document!.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1))!;
        Close(strict);
        return new(JsonSerializer.Deserialize<JsonElement>(json), strict);
    }

    /// <summary>All operations: method in upper case, path, operation.</summary>
    public IEnumerable<(string Method, string Path, JsonElement Operation)> Operations =>
        from path in _root.GetProperty("paths").EnumerateObject()
        from method in path.Value.EnumerateObject()
        select (method.Name.ToUpperInvariant(), path.Name, method.Value);

    public IEnumerable<string> SecuritySchemes =>
        _root.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Select(scheme => scheme.Name);

    public IReadOnlyDictionary<string, JsonElement> Schemas =>
        _root
            .GetProperty("components")
            .GetProperty("schemas")
            .EnumerateObject()
            .ToDictionary(schema => schema.Name, schema => schema.Value, StringComparer.Ordinal);

    /// <summary>The places where the document does not describe a value: no schema, or a list without a schema of its items.</summary>
    public IReadOnlyList<string> Undescribed
    {
        get
        {
            var open = new List<string>();
            foreach (var schema in _root.GetProperty("components").GetProperty("schemas").EnumerateObject())
            {
                Look(schema.Value, schema.Name, open);
            }

            return open;
        }
    }

    /// <summary>Returns the required properties of a schema.</summary>
    public IEnumerable<string> Required(string schema) =>
        _root.GetProperty("components").GetProperty("schemas").GetProperty(schema).TryGetProperty("required", out var required)
            ? required.EnumerateArray().Select(name => name.GetString()!)
            : [];

    /// <summary>Returns how a response differs from the document; empty if it matches.</summary>
    public IReadOnlyList<string> Faults(string method, string path, int status, string? mediaType, string body)
    {
        if (!_root.GetProperty("paths").TryGetProperty(path, out var operations))
        {
            return [$"{path} is not described"];
        }

        if (!operations.TryGetProperty(method.ToLowerInvariant(), out var operation))
        {
            return [$"{method} {path} is not described"];
        }

        var responses = operation.GetProperty("responses");
        if (!responses.TryGetProperty(status.ToString(CultureInfo.InvariantCulture), out var response))
        {
            return [$"{method} {path} answered {status}, which is not described"];
        }

        if (!response.TryGetProperty("content", out var content))
        {
            return body.Length == 0 ? [] : [$"{method} {path} {status} has a body, and none is described"];
        }

        if (mediaType is null || !content.TryGetProperty(mediaType, out var media))
        {
            return [$"{method} {path} {status} is {mediaType}, which is not described"];
        }

        return Check(
            SchemaOf(path, method, "responses", $"{status}", mediaType),
            JsonSerializer.Deserialize<JsonElement>(body),
            $"{method} {path} {status}"
        );
    }

    // Forbids properties that are not described: an object has the named properties and no others.
    private static void Close(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject described:
                foreach (var (_, value) in described.ToList())
                {
                    Close(value);
                }

                if (described["properties"] is JsonObject && described["type"] is not null && described["additionalProperties"] is null)
                {
                    described["unevaluatedProperties"] = false;
                }

                if (described["$ref"] is JsonValue reference && reference.ToString().StartsWith(Reference, StringComparison.Ordinal))
                {
                    described["$ref"] = Definition + reference.ToString()[Reference.Length..];
                }

                break;
            case JsonArray several:
                foreach (var one in several)
                {
                    Close(one);
                }

                break;
        }
    }

    private JsonNode SchemaOf(string path, string method, string part, string status, string mediaType) =>
        _strict["paths"]![path]![method.ToLowerInvariant()]![part]![status]!["content"]![mediaType]!["schema"]!;

    private IReadOnlyList<string> Check(JsonNode schema, JsonElement value, string where)
    {
        var whole = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$defs"] = _strict["components"]!["schemas"]!.DeepClone(),
            ["allOf"] = new JsonArray(schema.DeepClone()),
        };
        var result = JsonSchema.FromText(whole.ToJsonString()).Evaluate(value, Strictly);
        return result.IsValid
            ? []
            :
            [
                .. (result.Details ?? [])
                    .Where(detail => detail.Errors is not null)
                    .SelectMany(detail => detail.Errors!.Select(error => $"{where} {detail.InstanceLocation}: {error.Key} {error.Value}")),
            ];
    }

    private static void Look(JsonElement schema, string where, List<string> open)
    {
        if (schema.ValueKind == JsonValueKind.Object && (schema.TryGetProperty("$ref", out _) || Alternatives(schema).Any()))
        {
            return;
        }

        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("type", out var type))
        {
            open.Add(where);
        }
        else if (type.GetString() == "array")
        {
            Look(schema.TryGetProperty("items", out var items) ? items : default, $"{where}[]", open);
        }
        else if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
            {
                Look(property.Value, $"{where}.{property.Name}", open);
            }
        }
    }

    private static IEnumerable<JsonElement> Alternatives(JsonElement schema) =>
        new[] { "oneOf", "anyOf", "allOf" }.SelectMany(name =>
            schema.TryGetProperty(name, out var several) ? several.EnumerateArray().ToList() : []
        );
}
