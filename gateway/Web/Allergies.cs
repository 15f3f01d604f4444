using System.Text.RegularExpressions;

namespace MariosPizzeria.Gateway.Web;

/// <summary>Finds out whether a customer's note speaks of an allergy, in the languages of the pages; such a note is shown as an alarm.</summary>
internal static partial class Allergies
{
    /// <summary>Whether it does, as far as words tell. A false alarm costs a glance, a missed one more: so rather too often.</summary>
    public static bool AreMentioned(string note) => Words().IsMatch(note);

    [GeneratedRegex(
        @"allerg|intoll?er|anaphyla|anafil|c(o?e|e)liac|celiach|gluten|glutin|lactos|lattos|\b(pea|wal|hazel|cashew )?nuts?\b|\bnoci\b|nocciol|arachid|shellfish|crostace|sesam|\beggs?\b|\buov[ao]\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Words();
}
