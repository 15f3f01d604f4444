using System.Security.Cryptography;
using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>The manifest's parameters: given from outside, or generated once and kept.</summary>
internal sealed class Secrets(string file)
{
    private const string LowerCase = "abcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";
    private readonly Dictionary<string, string> _kept =
        StateFolder.Read<Dictionary<string, string>>(file) ?? new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// The value: the variable <c>Parameters__{name}</c> (as Aspire reads it; dashes may be underscores), the manifest's default,
    /// or a generated one.
    /// </summary>
    /// <exception cref="PizzeriaException">There is none, and it is nothing one could make up.</exception>
    public string Value(ParameterResource parameter, string input)
    {
        var variable = "Parameters__" + parameter.Name;
        var given =
            Environment.GetEnvironmentVariable(variable)
            ?? Environment.GetEnvironmentVariable(variable.Replace('-', '_'))
            ?? parameter.Inputs[input].Default;
        if (given is not null)
        {
            return given;
        }

        if (_kept.TryGetValue(parameter.Name, out var kept))
        {
            return kept;
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
