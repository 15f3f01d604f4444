using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Microsoft.OpenApi;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>The API's document, and what it says of an answer.</summary>
internal sealed class ApiDocument
{
    private const string Reference = "#/components/schemas/";
    private const string Definition = "#/$defs/";

    private static readonly EvaluationOptions Strictly = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly JsonElement _root;

    // The document in OpenAPI 3.1, whose schemas are JSON Schema (2020-12) as they stand.
    private readonly JsonNode _strict;

    private ApiDocument(JsonElement document, JsonNode strict) => (_root, _strict) = (document, strict);

    /// <summary>Reads it, and fails where it is not OpenAPI by the letter.</summary>
    public static async Task<ApiDocument> Read(byte[] json)
    {
        using var text = new MemoryStream(json);
        var read = await OpenApiDocument.LoadAsync(text, "json");
        read.Diagnostic!.Errors.ShouldBeEmpty();
        read.Diagnostic.Warnings.ShouldBeEmpty();
        var strict = JsonNode.Parse(await read.Document!.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1))!;
        Close(strict);
        return new(JsonSerializer.Deserialize<JsonElement>(json), strict);
    }

    /// <summary>Every operation: method in upper case, path, operation.</summary>
    public IEnumerable<(string Method, string Path, JsonElement Operation)> Operations =>
        from path in _root.GetProperty("paths").EnumerateObject()
        from method in path.Value.EnumerateObject()
        select (method.Name.ToUpperInvariant(), path.Name, method.Value);

    public IEnumerable<string> SecuritySchemes =>
        _root.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Select(scheme => scheme.Name);

    /// <summary>Where the document leaves open what a value is: nothing, or a list of nothing in particular.</summary>
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

    /// <summary>What a schema says must be there.</summary>
    public IEnumerable<string> Required(string schema) =>
        _root.GetProperty("components").GetProperty("schemas").GetProperty(schema).TryGetProperty("required", out var required)
            ? required.EnumerateArray().Select(name => name.GetString()!)
            : [];

    /// <summary>What is wrong with an answer, by the document; nothing where it is as described.</summary>
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

    /// <summary>What is wrong with the examples that an operation gives.</summary>
    public IReadOnlyList<string> FaultsOfExamples(string method, string path)
    {
        var operation = _strict["paths"]![path]![method.ToLowerInvariant()]!;
        var contents = operation["responses"]!
            .AsObject()
            .Select(response => (response.Key, Content: response.Value!["content"]))
            .Append((Key: "request", Content: operation["requestBody"]?["content"]));
        return
        [
            .. from content in contents
            where content.Content is not null
            from media in content.Content!.AsObject()
            from example in Examples(media.Value!)
            from fault in Check(media.Value!["schema"]!, JsonSerializer.SerializeToElement(example), content.Key)
            select fault,
        ];
    }

    private static IEnumerable<JsonNode?> Examples(JsonNode media) =>
        (media["examples"]?.AsObject() ?? [])
            .Select(named => named.Value!["value"])
            .Concat(media.AsObject().TryGetPropertyValue("example", out var one) ? [one] : []);

    // What is not described must not come: an object has the properties that are named, and no other.
    private static void Close(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject described:
                foreach (var (name, value) in described.ToList())
                {
                    if (name is not ("example" or "examples"))
                    {
                        Close(value);
                    }
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
