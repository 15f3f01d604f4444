using System.Text.RegularExpressions;

namespace MariosPizzeria.Gateway.Web;

/// <summary>Detects notes of customers that mention an allergy, in the pages' languages; such a note is shown as a warning.</summary>
internal static partial class AllergyNotes
{
    /// <summary>Whether a note contains a word about allergies. Prefers false positives, because a missed allergy is worse.</summary>
    public static bool AreMentioned(string note) => Words().IsMatch(note);

    [GeneratedRegex(
        @"allerg|intoll?er|anaphyla|anafil|c(o?e|e)liac|celiach|gluten|glutin|lactos|lattos|\b(pea|wal|hazel|cashew )?nuts?\b|\bnoci\b|nocciol|arachid|shellfish|crostace|sesam|\beggs?\b|\buov[ao]\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Words();
}
