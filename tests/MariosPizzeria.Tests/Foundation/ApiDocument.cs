using System.Globalization;
using System.Text.Json;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>The API's document, and what it says of an answer.</summary>
internal sealed class ApiDocument(JsonElement root)
{
    private const string Reference = "#/components/schemas/";

    /// <summary>Every operation: method in upper case, path, operation.</summary>
    public IEnumerable<(string Method, string Path, JsonElement Operation)> Operations =>
        from path in root.GetProperty("paths").EnumerateObject()
        from method in path.Value.EnumerateObject()
        select (method.Name.ToUpperInvariant(), path.Name, method.Value);

    public IEnumerable<string> SecuritySchemes =>
        root.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Select(scheme => scheme.Name);

    /// <summary>Where the document leaves open what a value is: nothing, or a list of nothing in particular.</summary>
    public IReadOnlyList<string> Undescribed
    {
        get
        {
            var open = new List<string>();
            foreach (var schema in root.GetProperty("components").GetProperty("schemas").EnumerateObject())
            {
                Look(schema.Value, schema.Name, open);
            }

            return open;
        }
    }

    /// <summary>What a schema says must be there.</summary>
    public IEnumerable<string> Required(string schema) =>
        root.GetProperty("components").GetProperty("schemas").GetProperty(schema).TryGetProperty("required", out var required)
            ? required.EnumerateArray().Select(name => name.GetString()!)
            : [];

    /// <summary>What is wrong with an answer, by the document; nothing where it is as described.</summary>
    public IReadOnlyList<string> Faults(string method, string path, int status, string? mediaType, string body)
    {
        if (!root.GetProperty("paths").TryGetProperty(path, out var operations))
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

        var faults = new List<string>();
        Check(media.GetProperty("schema"), JsonSerializer.Deserialize<JsonElement>(body), $"{method} {path} {status}: $", faults);
        return faults;
    }

    /// <summary>What is wrong with the examples that an operation gives.</summary>
    public IReadOnlyList<string> FaultsOfExamples(JsonElement operation)
    {
        var faults = new List<string>();
        if (operation.TryGetProperty("requestBody", out var request))
        {
            CheckExamples(request.GetProperty("content"), "request", faults);
        }

        foreach (var response in operation.GetProperty("responses").EnumerateObject())
        {
            if (response.Value.TryGetProperty("content", out var content))
            {
                CheckExamples(content, response.Name, faults);
            }
        }

        return faults;
    }

    private static bool IsOf(string type, JsonElement value) =>
        type switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "number" => value.ValueKind == JsonValueKind.Number,
            _ => false,
        };

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

    private void CheckExamples(JsonElement content, string where, List<string> faults)
    {
        foreach (var media in content.EnumerateObject())
        {
            if (media.Value.TryGetProperty("example", out var example))
            {
                Check(media.Value.GetProperty("schema"), example, where, faults);
            }

            if (media.Value.TryGetProperty("examples", out var examples))
            {
                foreach (var named in examples.EnumerateObject())
                {
                    Check(media.Value.GetProperty("schema"), named.Value.GetProperty("value"), $"{where} {named.Name}", faults);
                }
            }
        }
    }

    // As much of JSON Schema as the document uses.
    private void Check(JsonElement schema, JsonElement value, string where, List<string> faults)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            var name = reference.GetString()!;
            name.ShouldStartWith(Reference);
            Check(root.GetProperty("components").GetProperty("schemas").GetProperty(name[Reference.Length..]), value, where, faults);
            return;
        }

        if (value.ValueKind == JsonValueKind.Null)
        {
            var isNullable =
                (schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean())
                || Alternatives(schema).Any(alternative => alternative.TryGetProperty("nullable", out var one) && one.GetBoolean());
            if (!isNullable)
            {
                faults.Add($"{where} is null");
            }

            return;
        }

        var alternatives = Alternatives(schema).ToList();
        if (alternatives.Count > 0)
        {
            var best = alternatives
                .Select(alternative =>
                {
                    var found = new List<string>();
                    Check(alternative, value, where, found);
                    return found;
                })
                .MinBy(found => found.Count)!;
            faults.AddRange(best);
            return;
        }

        if (schema.TryGetProperty("type", out var type) && !IsOf(type.GetString()!, value))
        {
            faults.Add($"{where} is no {type}: {value}");
            return;
        }

        if (schema.TryGetProperty("enum", out var values) && !values.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)))
        {
            faults.Add($"{where} is none of {values}: {value}");
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CheckObject(schema, value, where, faults);
                break;
            case JsonValueKind.Array when schema.TryGetProperty("items", out var items):
                foreach (var (item, n) in value.EnumerateArray().Select((item, n) => (item, n)))
                {
                    Check(items, item, $"{where}[{n}]", faults);
                }

                break;
        }
    }

    private void CheckObject(JsonElement schema, JsonElement value, string where, List<string> faults)
    {
        var isDescribed = schema.TryGetProperty("properties", out var properties);
        if (schema.TryGetProperty("required", out var required))
        {
            faults.AddRange(
                required
                    .EnumerateArray()
                    .Where(name => !value.TryGetProperty(name.GetString()!, out _))
                    .Select(name => $"{where} lacks {name}")
            );
        }

        foreach (var member in value.EnumerateObject())
        {
            if (isDescribed && properties.TryGetProperty(member.Name, out var property))
            {
                Check(property, member.Value, $"{where}.{member.Name}", faults);
            }
            else if (schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.Object)
            {
                Check(others, member.Value, $"{where}.{member.Name}", faults);
            }
            else
            {
                faults.Add($"{where}.{member.Name} is not described");
            }
        }
    }

    private static IEnumerable<JsonElement> Alternatives(JsonElement schema) =>
        new[] { "oneOf", "anyOf", "allOf" }.SelectMany(name =>
            schema.TryGetProperty(name, out var several) ? several.EnumerateArray().ToList() : []
        );
}
