using System.Text.Json.Nodes;

namespace MariosPizzeria.Gateway.ApiDocs;

/// <summary>Makes one document of several.</summary>
internal static class DocumentParts
{
    private const string Schemas = "#/components/schemas/";

    /// <summary>Every operation: method in lower case, path, operation.</summary>
    public static IEnumerable<(string Method, string Path, JsonObject Operation)> Operations(JsonObject document) =>
        from path in document["paths"]!.AsObject()
        from method in path.Value!.AsObject()
        where method.Value is JsonObject { } operation && operation.ContainsKey("responses")
        select (method.Key, path.Key, method.Value!.AsObject());

    /// <summary>
    /// Adds a service's paths and what they refer to. A schema that another service calls by the same name and means otherwise bears
    /// the service's name.
    /// </summary>
    public static void Add(JsonObject whole, JsonObject part, string service)
    {
        var ours = Section(Section(whole, "components"), "schemas");
        var theirs = Section(Section(part, "components"), "schemas");
        var renamed = Renamed(ours, theirs, service);
        Rename(part, renamed);

        foreach (var (name, schema) in theirs.ToList())
        {
            var asCalled = renamed.GetValueOrDefault(name, name);
            if (!ours.ContainsKey(asCalled))
            {
                ours[asCalled] = schema!.DeepClone();
            }
        }

        foreach (var (name, scheme) in Section(Section(part, "components"), "securitySchemes").ToList())
        {
            Section(Section(whole, "components"), "securitySchemes")[name] = scheme!.DeepClone();
        }

        foreach (var (path, operations) in part["paths"]!.AsObject())
        {
            var there = Section(Section(whole, "paths"), path);
            foreach (var (method, operation) in operations!.AsObject())
            {
                there.Add(method, operation!.DeepClone());
            }
        }
    }

    private static Dictionary<string, string> Renamed(JsonObject ours, JsonObject theirs, string service)
    {
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        int before;
        do
        {
            // One that refers to a renamed one means something else, too.
            before = renamed.Count;
            foreach (var (name, schema) in theirs)
            {
                if (
                    !renamed.ContainsKey(name)
                    && ours.TryGetPropertyValue(name, out var other)
                    && (!JsonNode.DeepEquals(schema, other) || References(schema).Any(renamed.ContainsKey))
                )
                {
                    renamed[name] = $"{char.ToUpperInvariant(service[0])}{service[1..]}{name}";
                }
            }
        } while (renamed.Count > before);

        return renamed;
    }

    private static IEnumerable<string> References(JsonNode? node) =>
        node switch
        {
            JsonObject o => o.SelectMany(member =>
                member.Key is "$ref" && Reference(member.Value) is { } name ? [name] : References(member.Value)
            ),
            JsonArray a => a.SelectMany(References),
            _ => [],
        };

    private static void Rename(JsonNode? node, Dictionary<string, string> renamed)
    {
        switch (node)
        {
            case JsonObject o:
                foreach (var (key, value) in o.ToList())
                {
                    if (key is "$ref" && Reference(value) is { } name && renamed.TryGetValue(name, out var other))
                    {
                        o[key] = Schemas + other;
                    }
                    else
                    {
                        Rename(value, renamed);
                    }
                }

                break;
            case JsonArray a:
                foreach (var item in a)
                {
                    Rename(item, renamed);
                }

                break;
        }
    }

    private static string? Reference(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.StartsWith(Schemas, StringComparison.Ordinal)
            ? text[Schemas.Length..]
            : null;

    private static JsonObject Section(JsonObject node, string name)
    {
        if (node[name] is not JsonObject section)
        {
            node[name] = section = [];
        }

        return section;
    }
}
