using System.Text;

namespace MariosPizzeria.BuildingBlocks.Http;

/// <summary>
/// The rules for text that people enter: names, addresses, notes, reasons. Characters that control a terminal, or that change the direction
/// of the text around them (Unicode's bidirectional embeddings, overrides and isolates), could display something other than the stored
/// text. Marks and joiners (U+200C–U+200F) are allowed, because Arabic and Persian names need them.
/// </summary>
public static class PlainText
{
    // Letters and symbols by their category, but displayed as empty space: the Hangul fillers and the blank Braille pattern.
    private const string BlankLetters = "\u115F\u1160\u3164\uFFA0\u2800";
    private const string LineBreaks = "\r\n\u2028\u2029";

    /// <summary>Whether the text has no character that is forbidden in every text. Line breaks are allowed.</summary>
    public static bool IsReadable(string text) => !text.Any(IsForbidden);

    /// <summary>
    /// Whether the text is one line of at most <paramref name="maxLength"/> UTF-16 characters, at least one of them visible.
    /// </summary>
    public static bool IsLine(string? text, int maxLength) => IsText(text, maxLength) && text!.AsSpan().IndexOfAny(LineBreaks) < 0;

    /// <summary>
    /// Whether the text has one or more lines and at most <paramref name="maxLength"/> UTF-16 characters, at least one of them visible.
    /// </summary>
    public static bool IsText(string? text, int maxLength) =>
        text is not null && text.Length <= maxLength && IsReadable(text) && text.EnumerateRunes().Any(IsVisible);

    /// <summary>Whether the text is null, blank, or valid for <see cref="IsText"/>.</summary>
    public static bool IsTextOrNothing(string? text, int maxLength) =>
        text is null || (text.Length <= maxLength && string.IsNullOrWhiteSpace(text) && IsReadable(text)) || IsText(text, maxLength);

    private static bool IsForbidden(char c) =>
        (char.IsControl(c) && c is not ('\r' or '\n')) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static bool IsVisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.SpaceSeparator
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.NonSpacingMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
            )
        && !(rune.IsBmp && BlankLetters.Contains((char)rune.Value, StringComparison.Ordinal));
}
