using System.Text.RegularExpressions;

namespace MariosPizzeria.ProcessHost.Manifest;

/// <summary>The address of a binding.</summary>
/// <param name="Port">The port that a client connects to.</param>
/// <param name="TargetPort">The port that the process itself listens on.</param>
public sealed record BindingAddress(string Scheme, string Host, int Port, int TargetPort)
{
    public string Url => $"{Scheme}://{Host}:{Port}";

    /// <summary>Creates an address on this machine.</summary>
    public static BindingAddress Loopback(string scheme, int port) => new(scheme, "127.0.0.1", port, port);
}

/// <summary>The values of a manifest's expressions on this machine.</summary>
public interface IResourceValues
{
    /// <summary>Returns the address of a binding; null if it is not served here (https).</summary>
    BindingAddress? Address(string resource, string binding);

    string Input(string parameter, string input);

    /// <summary>Returns a connection string that replaces the manifest's; null to use the manifest's.</summary>
    string? ConnectionString(string resource);
}

/// <summary>
/// The manifest's <c>{resource.property}</c> expressions: <c>{x.bindings.http.url|host|port|targetPort|scheme}</c>,
/// <c>{x.connectionString}</c>, <c>{x.value}</c>, <c>{x.inputs.value}</c>.
/// </summary>
public sealed partial class Expressions(AspireManifest manifest)
{
    /// <summary>Returns the text with every expression replaced; null if one refers to something that is not served here.</summary>
    /// <exception cref="PizzeriaException">An expression refers to something that does not exist, or to itself.</exception>
    public string? Evaluate(string text, IResourceValues values) => Evaluate(text, values, []);

    /// <summary>Returns every resource that the text refers to, directly or through another resource.</summary>
    public IReadOnlySet<string> References(string text)
    {
        var found = new HashSet<string>();
        Collect(text);
        return found;

        void Collect(string part)
        {
            foreach (Match match in Expression().Matches(part))
            {
                var name = match.Groups["resource"].Value;
                if (manifest.Resources.TryGetValue(name, out var resource) && found.Add(name))
                {
                    Collect(
                        resource switch
                        {
                            // A connection string refers to the resources in it; a binding refers only to its own resource.
                            ContainerResource c when match.Groups["property"].Value == "connectionString" => c.ConnectionString ?? "",
                            ValueResource v => v.ConnectionString,
                            AnnotatedStringResource a => a.Value,
                            _ => "",
                        }
                    );
                }
            }
        }
    }

    private string? Evaluate(string text, IResourceValues values, HashSet<string> open)
    {
        var served = true;
        var result = Expression()
            .Replace(
                text,
                match =>
                {
                    if (!open.Add(match.Value))
                    {
                        throw new PizzeriaException($"The manifest's expression {match.Value} refers to itself.");
                    }

                    var value = Value(match, values, open);
                    open.Remove(match.Value);
                    served &= value is not null;
                    return value ?? "";
                }
            );
        return served ? result : null;
    }

    private string? Value(Match match, IResourceValues values, HashSet<string> open)
    {
        var name = match.Groups["resource"].Value;
        if (!manifest.Resources.TryGetValue(name, out var resource))
        {
            throw new PizzeriaException($"The manifest's expression {match.Value} refers to \"{name}\", which is not in it.");
        }

        var path = match.Groups["property"].Value.Split('.');
        return (resource, path) switch
        {
            (ProjectResource p, ["bindings", var binding, var part]) => Part(p.Bindings, binding, part),
            (ContainerResource c, ["bindings", var binding, var part]) => Part(c.Bindings, binding, part),
            (ContainerResource { ConnectionString: { } text }, ["connectionString"]) => values.ConnectionString(name)
                ?? Evaluate(text, values, open),
            (ValueResource v, ["connectionString"]) => values.ConnectionString(name) ?? Evaluate(v.ConnectionString, values, open),
            (ParameterResource p, ["value"]) => Evaluate(p.Value, values, open),
            (ParameterResource p, ["inputs", var input]) when p.Inputs.ContainsKey(input) => values.Input(name, input),
            (AnnotatedStringResource { Filter: "uri" } a, ["value"]) => Evaluate(a.Value, values, open) is { } plain
                ? Uri.EscapeDataString(plain)
                : null,
            (AnnotatedStringResource { Filter: null } a, ["value"]) => Evaluate(a.Value, values, open),
            _ => throw Unknown(),
        };

        string? Part(IReadOnlyDictionary<string, Binding> bindings, string binding, string part) =>
            !bindings.ContainsKey(binding) ? throw Unknown()
            : values.Address(name, binding) is not { } address ? null
            : part switch
            {
                "url" => address.Url,
                "host" => address.Host,
                "port" => $"{address.Port}",
                "targetPort" => $"{address.TargetPort}",
                "scheme" => address.Scheme,
                _ => throw Unknown(),
            };

        PizzeriaException Unknown() => new($"The manifest's expression {match.Value} is not understood: {name} has no such property.");
    }

    // Braces with other content, JSON for example, are plain text.
    [GeneratedRegex(@"\{(?<resource>[A-Za-z0-9_-]+)\.(?<property>[A-Za-z0-9_.-]+)\}", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Expression();
}
