using System.Text.RegularExpressions;

namespace MariosPizzeria.ProcessHost.Tests.Releases;

/// <summary>Finds likely secrets in a text, with the rules of common scanners: known key formats and assignments.</summary>
internal static partial class SecretScan
{
    // Placeholders in documents, tests and manifests that are not secrets.
    private static readonly string[] Placeholders =
    [
        "{",
        "$",
        "<",
        "*",
        "…",
        "test",
        "example",
        "generated",
        "sandbox",
        "null",
        "true",
        "false",
    ];

    /// <summary>Returns the matches; empty if nothing looks like a secret.</summary>
    public static IEnumerable<string> Find(string text) =>
        KnownFormats()
            .Matches(text)
            .Select(match => match.Value)
            .Concat(
                Assignments()
                    .Matches(text)
                    .Where(match => !Placeholders.Any(p => match.Groups["value"].Value.Contains(p, StringComparison.OrdinalIgnoreCase)))
                    .Where(match => match.Groups["value"].Value.Any(char.IsDigit) && match.Groups["value"].Value.Any(char.IsLetter))
                    .Select(match => match.Value)
            )
            .Select(found => found.Length > 60 ? found[..60] + "…" : found);

    // Private keys, and the tokens of AWS, GitHub, Slack, Stripe, Google, npm, NuGet, and a signed JWT.
    [GeneratedRegex(
        @"-----BEGIN ([A-Z]+ )?PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_[A-Za-z0-9_]{40,}|\bxox[abpr]-[A-Za-z0-9-]{10,}|\b[sr]k_live_[A-Za-z0-9]{16,}|\bAIza[0-9A-Za-z_-]{35}\b|\bnpm_[A-Za-z0-9]{36}\b|\boy2[a-z0-9]{43}\b|\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}",
        RegexOptions.ExplicitCapture,
        5000
    )]
    private static partial Regex KnownFormats();

    [GeneratedRegex(
        @"(?i)(password|passwd|secret|api_?key|token)[A-Za-z_]*[""']?\s*[:=]\s*[""']?(?<value>[A-Za-z0-9+/_.~-]{20,})",
        RegexOptions.ExplicitCapture,
        5000
    )]
    private static partial Regex Assignments();
}
