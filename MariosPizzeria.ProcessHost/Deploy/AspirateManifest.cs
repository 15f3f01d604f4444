using System.Text.Encodings.Web;
using System.Text.Json.Serialization;

namespace MariosPizzeria.ProcessHost.Deploy;

/// <summary>
/// Writes the manifest in the form that aspirate 9.1 supports. Its limits were found by running it: an <c>annotated.string</c> stays
/// unresolved in the text that it writes; a parameter's literal default is replaced by a generated password; an ampersand becomes
/// <c>&amp;amp;</c>.
/// </summary>
internal static class AspirateManifest
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static string Of(AspireManifest manifest)
    {
        var resources = manifest
            .Resources.Values.Select(resource => (resource.Name, Node: Node(resource)))
            .Where(each => each.Node is not null)
            .ToDictionary(each => each.Name, each => each.Node);
        return JsonSerializer.Serialize(new { resources }, Indented) + "\n";

        object? Node(Resource resource) =>
            resource switch
            {
                ProjectResource project => new
                {
                    type = "project.v0",
                    project.Path,
                    // Variables that our processes do not read are left out, because they would copy passwords into ConfigMaps.
                    env = Env(project.Env.Where(variable => ContainerImages.IsOurs(manifest, variable.Key))),
                    bindings = Bindings(project.Bindings),
                },
                ContainerResource container => new
                {
                    type = "container.v0",
                    connectionString = Resolved(container.ConnectionString ?? ""),
                    container.Image,
                    container.Entrypoint,
                    args = container.Args.Select(Resolved),
                    volumes = container.Volumes.Select(volume => new
                    {
                        volume.Name,
                        volume.Target,
                        readOnly = false,
                    }),
                    env = Env(container.Env),
                    bindings = Bindings(container.Bindings),
                },
                ValueResource value => new { type = "value.v0", connectionString = Resolved(value.ConnectionString) },
                ParameterResource parameter when Literal(parameter) is null => new
                {
                    type = "parameter.v0",
                    parameter.Value,
                    inputs = parameter.Inputs.ToDictionary(input => input.Key, input => Input(input.Value)),
                },
                _ => null,
            };

        Dictionary<string, string> Env(IEnumerable<KeyValuePair<string, string>> variables) =>
            variables.ToDictionary(variable => variable.Key, variable => Resolved(variable.Value));

        string Resolved(string text)
        {
            foreach (var resource in manifest.Resources.Values)
            {
                // The passwords are generated without special characters, so the encoded and the plain value are the same.
                var value = resource switch
                {
                    AnnotatedStringResource annotated => annotated.Value,
                    ParameterResource parameter => Literal(parameter),
                    _ => null,
                };
                text = value is null ? text : text.Replace($"{{{resource.Name}.value}}", value);
            }

            // SCRAM-SHA-256 is the server's default; only clients that do not negotiate the mechanism need the option.
            text = text.Replace("&authMechanism=SCRAM-SHA-256", "");
            return text.Contains('&') ? throw new PizzeriaException($"aspirate would escape the ampersand in \"{text}\".") : text;
        }
    }

    private static string? Literal(ParameterResource parameter) =>
        parameter.Inputs.Values.Select(input => input.Default?.Value).SingleOrDefault();

    private static object Input(ParameterInput input) =>
        new
        {
            type = "string",
            input.Secret,
            @default = input.Default?.Generate is { } generate ? new { generate = new { generate.MinLength } } : null,
        };

    private static Dictionary<string, object> Bindings(IReadOnlyDictionary<string, Binding> bindings) =>
        bindings.ToDictionary(
            each => each.Key,
            object (each) =>
                new
                {
                    each.Value.Scheme,
                    protocol = "tcp",
                    transport = each.Value.Scheme is "http" ? "http" : "tcp",
                    each.Value.TargetPort,
                    each.Value.External,
                }
        );
}
