using System.Globalization;
using System.Text.RegularExpressions;

namespace MariosPizzeria.ProcessHost.Manifest;

/// <summary>Where a binding is reached.</summary>
/// <param name="Scheme">As in the manifest.</param>
/// <param name="Host">The host's name or address.</param>
/// <param name="Port">The port a client connects to.</param>
/// <param name="TargetPort">The port the process itself listens on.</param>
public sealed record BindingAddress(string Scheme, string Host, int Port, int TargetPort)
{
    public string Url => string.Create(CultureInfo.InvariantCulture, $"{Scheme}://{Host}:{Port}");

    /// <summary>An address on this machine.</summary>
    public static BindingAddress Loopback(string scheme, int port) => new(scheme, "127.0.0.1", port, port);
}

/// <summary>What a manifest's expressions come to on this machine.</summary>
public interface IResourceValues
{
    /// <summary>Where the binding is reached; null when it is not served here (https).</summary>
    BindingAddress? Address(string resource, string binding);

    /// <summary>A parameter's value.</summary>
    string Input(string parameter, string input);

    /// <summary>A connection string to be taken instead of the manifest's; null takes the manifest's.</summary>
    string? ConnectionString(string resource);
}

/// <summary>
/// The manifest's <c>{resource.property}</c> expressions: <c>{x.bindings.http.url|host|port|targetPort|scheme}</c>,
/// <c>{x.connectionString}</c>, <c>{x.value}</c>, <c>{x.inputs.value}</c>.
/// </summary>
public sealed partial class Expressions(AspireManifest manifest)
{
    /// <summary>The text with every expression replaced; null when one refers to something that is not served here.</summary>
    /// <exception cref="PizzeriaException">An expression names something that does not exist, or itself.</exception>
    public string? Evaluate(string text, IResourceValues values) => Evaluate(text, values, []);

    /// <summary>Every resource the text refers to, directly or through another.</summary>
    public IReadOnlySet<string> References(string text)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
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
                            // A connection string leads on to what it is made of; a binding is the resource itself.
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

        string? Part(IReadOnlyDictionary<string, Binding> bindings, string binding, string part)
        {
            if (!bindings.ContainsKey(binding))
            {
                throw Unknown();
            }

            if (values.Address(name, binding) is not { } address)
            {
                return null;
            }

            return part switch
            {
                "url" => address.Url,
                "host" => address.Host,
                "port" => address.Port.ToString(CultureInfo.InvariantCulture),
                "targetPort" => address.TargetPort.ToString(CultureInfo.InvariantCulture),
                "scheme" => address.Scheme,
                _ => throw Unknown(),
            };
        }

        PizzeriaException Unknown() => new($"The manifest's expression {match.Value} is not understood: {name} has no such property.");
    }

    // Braces that hold anything else, JSON for example, are text.
    [GeneratedRegex(@"\{(?<resource>[A-Za-z0-9_-]+)\.(?<property>[A-Za-z0-9_.-]+)\}", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Expression();
}
