using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Deploy;

/// <summary>
/// The manifest as aspirate 9.1 understands it. What it can't do was seen by running it: an <c>annotated.string</c> stays in the text
/// that it writes, unresolved; a parameter's literal default is replaced by a generated password; an ampersand becomes
/// <c>&amp;amp;</c>.
/// </summary>
internal static class AspirateManifest
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(AspireManifest manifest)
    {
        var resources = new JsonObject();
        foreach (var resource in manifest.Resources.Values)
        {
            if (Node(resource) is { } node)
            {
                resources[resource.Name] = WithoutNulls(node);
            }
        }

        return new JsonObject { ["resources"] = resources }.ToJsonString(Indented) + "\n";

        JsonObject? Node(Resource resource) =>
            resource switch
            {
                ProjectResource project => new()
                {
                    ["type"] = "project.v0",
                    ["path"] = project.Path,
                    ["env"] = ProcessEnv(project),
                    ["bindings"] = Bindings(project.Bindings),
                },
                ContainerResource container => new()
                {
                    ["type"] = "container.v0",
                    ["connectionString"] = Resolved(container.ConnectionString ?? ""),
                    ["image"] = container.Image,
                    ["entrypoint"] = container.Entrypoint,
                    ["args"] = new JsonArray([.. container.Args.Select(arg => JsonValue.Create(Resolved(arg)))]),
                    ["volumes"] = new JsonArray([.. container.Volumes.Select(Volume)]),
                    ["env"] = Env(container.Env),
                    ["bindings"] = Bindings(container.Bindings),
                },
                ValueResource value => new() { ["type"] = "value.v0", ["connectionString"] = Resolved(value.ConnectionString) },
                ParameterResource parameter when Literal(parameter) is null => new()
                {
                    ["type"] = "parameter.v0",
                    ["value"] = parameter.Value,
                    ["inputs"] = Inputs(parameter),
                },
                _ => null,
            };

        // What our processes do not read would put passwords into ConfigMaps once more.
        JsonObject ProcessEnv(ProjectResource project) =>
            Env(project.Env.Where(variable => ContainerImages.IsOurs(manifest, variable.Key)));

        JsonObject Env(IEnumerable<KeyValuePair<string, string>> variables) =>
            new(variables.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)Resolved(each.Value))));

        string Resolved(string text)
        {
            foreach (var resource in manifest.Resources.Values)
            {
                // The passwords are generated without special characters: encoded and plain are the same.
                var value = resource switch
                {
                    AnnotatedStringResource annotated => annotated.Value,
                    ParameterResource parameter => Literal(parameter),
                    _ => null,
                };
                text = value is null ? text : text.Replace($"{{{resource.Name}.value}}", value, StringComparison.Ordinal);
            }

            // The server's default, said for clients that do not ask it.
            text = text.Replace("&authMechanism=SCRAM-SHA-256", "", StringComparison.Ordinal);
            return text.Contains('&', StringComparison.Ordinal)
                ? throw new PizzeriaException($"aspirate would write \"{text}\" with another ampersand.")
                : text;
        }
    }

    private static string? Literal(ParameterResource parameter) => parameter.Inputs.Values.Select(input => input.Default).SingleOrDefault();

    private static JsonObject Inputs(ParameterResource parameter) =>
        new(
            parameter.Inputs.Select(input =>
                KeyValuePair.Create(
                    input.Key,
                    (JsonNode?)
                        new JsonObject
                        {
                            ["type"] = "string",
                            ["secret"] = input.Value.Secret,
                            ["default"] = input.Value.Generate is { } generate
                                ? new JsonObject { ["generate"] = new JsonObject { ["minLength"] = generate.MinLength } }
                                : null,
                        }
                )
            )
        );

    private static JsonObject Bindings(IReadOnlyDictionary<string, Binding> bindings) =>
        new(
            bindings.Select(binding =>
                KeyValuePair.Create(
                    binding.Key,
                    (JsonNode?)
                        new JsonObject
                        {
                            ["scheme"] = binding.Value.Scheme,
                            ["protocol"] = "tcp",
                            ["transport"] = binding.Value.Scheme is "http" ? "http" : "tcp",
                            ["targetPort"] = binding.Value.TargetPort,
                            ["external"] = binding.Value.External,
                        }
                )
            )
        );

    private static JsonObject WithoutNulls(JsonObject node)
    {
        foreach (var (name, value) in node.ToList())
        {
            if (value is null)
            {
                node.Remove(name);
            }
            else if (value is JsonObject inner)
            {
                WithoutNulls(inner);
            }
        }

        return node;
    }

    private static JsonObject Volume(ContainerVolume volume) =>
        new()
        {
            ["name"] = volume.Name,
            ["target"] = volume.Target,
            ["readOnly"] = false,
        };
}
