using System.Security.Cryptography;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>The manifest's parameters: given from outside, or generated once and kept.</summary>
/// <param name="file">The file in which the generated values are kept.</param>
/// <param name="makesUp">
/// Whether a secret without a rule is generated too: the sandbox of Development accepts any payment key, a real provider only its own.
/// </param>
internal sealed class Secrets(string file, bool makesUp = true)
{
    private const string LowerCase = "abcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _kept =
        StateFolder.Read<Dictionary<string, string>>(file) ?? new Dictionary<string, string>();

    /// <summary>
    /// The parameters that are set by the caller's environment variables, by name: <c>Parameters__{name}</c>, as in Aspire. The name of a
    /// shell variable cannot contain dashes, so an underscore may replace a dash.
    /// </summary>
    public static Dictionary<string, string> GivenByVariables(AspireManifest manifest) =>
        manifest
            .Resources.Values.OfType<ParameterResource>()
            .Select(p => (p.Name, Value: GivenByVariable(p.Name)))
            .Where(given => given.Value is not null)
            .ToDictionary(given => given.Name, given => given.Value!);

    /// <summary>
    /// Returns the value: the one given from outside, the one that a release configures, the manifest's default, or a generated one. A
    /// secret that must not be generated is empty, which means not configured.
    /// </summary>
    /// <param name="known">The given and the configured values, by parameter, in the order of precedence.</param>
    /// <exception cref="PizzeriaException">There is no value, and none can be generated.</exception>
    public string Value(ParameterResource parameter, string input, params IReadOnlyDictionary<string, string>?[] known)
    {
        var wanted = parameter.Inputs[input];
        var given = known.Select(k => k?.GetValueOrDefault(parameter.Name)).FirstOrDefault(v => v is not null) ?? wanted.Default?.Value;
        if (given is not null)
        {
            return given;
        }

        // Process types that start in parallel request values at the same time: there must be one value, and one writer of the file.
        lock (_lock)
        {
            if (_kept.TryGetValue(parameter.Name, out var kept))
            {
                return kept;
            }

            var rule = wanted.Default?.Generate;
            if (rule is null && wanted.Secret && !makesUp)
            {
                return "";
            }

            rule ??= wanted.Secret
                ? GeneratedValue.Key
                : throw new PizzeriaException(
                    $"The manifest's parameter \"{parameter.Name}\" has no value: set the variable {VariableOf(parameter.Name)}."
                );

            // Written before it is used: data created with a password that was not stored would be lost.
            var made = new Dictionary<string, string>(_kept) { [parameter.Name] = Generate(rule) };
            StateFolder.Write(file, made);
            return _kept[parameter.Name] = made[parameter.Name];
        }
    }

    /// <summary>The name of the environment variable in the form that a shell can set.</summary>
    public static string VariableOf(string parameter) => "Parameters__" + parameter.Replace('-', '_');

    private static string? GivenByVariable(string parameter) =>
        Environment.GetEnvironmentVariable("Parameters__" + parameter) ?? Environment.GetEnvironmentVariable(VariableOf(parameter));

    private static string Generate(GeneratedValue rule)
    {
        var alphabet =
            (rule.Lower ? LowerCase : "")
            + (rule.Upper ? LowerCase.ToUpperInvariant() : "")
            + (rule.Numeric ? Digits : "")
            + (rule.Special ? "-_.~" : ""); // those that need no encoding in any connection string
        return RandomNumberGenerator.GetString(
            alphabet.Length == 0 ? LowerCase : alphabet,
            Math.Max(rule.MinLength, GeneratedValue.ShortestSafe)
        );
    }
}
