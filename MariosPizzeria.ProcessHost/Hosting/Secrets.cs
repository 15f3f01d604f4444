using System.Security.Cryptography;
using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>The manifest's parameters: given from outside, or generated once and kept.</summary>
/// <param name="file">Where the generated ones are kept.</param>
/// <param name="makesUp">
/// Whether a secret without a rule is made up too: Development's sandbox takes any payment key, a real provider takes only its own.
/// </param>
internal sealed class Secrets(string file, bool makesUp = true)
{
    private const string LowerCase = "abcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _kept =
        StateFolder.Read<Dictionary<string, string>>(file) ?? new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// The parameters that the caller's variables give, by name: <c>Parameters__{name}</c>, as Aspire reads it. A shell's variables
    /// have no dashes, so an underscore may stand for one.
    /// </summary>
    public static Dictionary<string, string> GivenByVariables(AspireManifest manifest) =>
        manifest
            .Resources.Values.OfType<ParameterResource>()
            .Select(p => (p.Name, Value: GivenByVariable(p.Name)))
            .Where(given => given.Value is not null)
            .ToDictionary(given => given.Name, given => given.Value!, StringComparer.Ordinal);

    /// <summary>
    /// The value: what was given from outside, what a release configures, the manifest's default, or a generated one. A secret that
    /// must not be made up is empty, which is not configured.
    /// </summary>
    /// <param name="parameter">Which.</param>
    /// <param name="input">Its input.</param>
    /// <param name="known">What was given or configured, by parameter, in the order in which they count.</param>
    /// <exception cref="PizzeriaException">There is none, and it is nothing one could make up.</exception>
    public string Value(ParameterResource parameter, string input, params IReadOnlyDictionary<string, string>?[] known)
    {
        var given =
            known.Select(k => k?.GetValueOrDefault(parameter.Name)).FirstOrDefault(v => v is not null) ?? parameter.Inputs[input].Default;
        if (given is not null)
        {
            return given;
        }

        // Process types that start side by side ask at once: one value, and one writer of the file.
        lock (_lock)
        {
            if (_kept.TryGetValue(parameter.Name, out var kept))
            {
                return kept;
            }

            if (!makesUp && parameter.Inputs[input] is { Secret: true, Generate: null })
            {
                return "";
            }

            var rule = parameter.Inputs[input].Generate ?? (parameter.Inputs[input].Secret ? GeneratedValue.Key : null);
            if (rule is null)
            {
                throw new PizzeriaException(
                    $"The manifest's parameter \"{parameter.Name}\" has no value: set the variable {VariableOf(parameter.Name)}."
                );
            }

            // Written before it is used: data made with a password that nobody knows any more would be lost.
            var made = new Dictionary<string, string>(_kept, StringComparer.Ordinal) { [parameter.Name] = Generate(rule) };
            StateFolder.Write(file, made);
            return _kept[parameter.Name] = made[parameter.Name];
        }
    }

    /// <summary>The variable a shell can set.</summary>
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
