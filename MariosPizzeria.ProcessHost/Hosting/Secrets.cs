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
    private readonly Dictionary<string, string> _kept =
        StateFolder.Read<Dictionary<string, string>>(file) ?? new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// The value: the variable <c>Parameters__{name}</c> (as Aspire reads it; dashes may be underscores), what a release configures,
    /// the manifest's default, or a generated one. A secret that must not be made up is empty, which is not configured.
    /// </summary>
    /// <exception cref="PizzeriaException">There is none, and it is nothing one could make up.</exception>
    public string Value(ParameterResource parameter, string input, IReadOnlyDictionary<string, string>? configured = null)
    {
        var variable = "Parameters__" + parameter.Name;
        var given =
            Environment.GetEnvironmentVariable(variable)
            ?? Environment.GetEnvironmentVariable(variable.Replace('-', '_'))
            ?? configured?.GetValueOrDefault(parameter.Name)
            ?? parameter.Inputs[input].Default;
        if (given is not null)
        {
            return given;
        }

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
                $"The manifest's parameter \"{parameter.Name}\" has no value: set the variable {variable.Replace('-', '_')}."
            );
        }

        _kept[parameter.Name] = Generate(rule);
        StateFolder.Write(file, _kept);
        return _kept[parameter.Name];
    }

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
