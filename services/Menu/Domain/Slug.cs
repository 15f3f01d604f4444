using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MariosPizzeria.MenuService.Domain;

/// <summary>Ids that people can read: lower-case ASCII letters and digits, words joined by single hyphens.</summary>
public static class Slug
{
    /// <summary>The maximum length of an id.</summary>
    public const int MaxLength = 60;

    // An explicit table, because the processes run without ICU, and then string.Normalize decomposes nothing.
    private static readonly FrozenDictionary<char, string> Latin = new (string Ascii, string Letters)[]
    {
        ("a", "àáâãäåāăąǎạảấầẩẫậắằẳẵặ"),
        ("ae", "æ"),
        ("c", "çćĉċč"),
        ("d", "ďđð"),
        ("e", "èéêëēĕėęěẽẹẻếềểễệ"),
        ("g", "ĝğġģǧ"),
        ("h", "ĥħ"),
        ("i", "ìíîïĩīĭįıİǐịỉ"),
        ("j", "ĵ"),
        ("k", "ķ"),
        ("l", "ĺļľŀł"),
        ("n", "ñńņňŋ"),
        ("o", "òóôõöøōŏőǒơọỏốồổỗộớờởỡợ"),
        ("oe", "œ"),
        ("r", "ŕŗř"),
        ("s", "śŝşšș"),
        ("ss", "ßẞ"),
        ("t", "ţťŧț"),
        ("th", "þ"),
        ("u", "ùúûüũūŭůűųǔưụủứừửữự"),
        ("w", "ŵ"),
        ("y", "ýÿŷỳỵỷỹ"),
        ("z", "źżž"),
    }
        .SelectMany(row => row.Letters.Select(letter => KeyValuePair.Create(letter, row.Ascii)))
        .ToFrozenDictionary();

    /// <summary>
    /// Returns the slug of a name: <c>BBQ Chicken</c> becomes <c>bbq-chicken</c>, <c>Straße</c> becomes <c>strasse</c>; empty if the name
    /// has no Latin letter and no digit.
    /// </summary>
    public static string Of(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (Ascii(c) is { } letters)
            {
                slug.Append(letters);
            }
            else if (c is not ('\'' or '\u2019') && !IsMark(c) && slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        return slug.ToString(0, Math.Min(slug.Length, MaxLength)).TrimEnd('-');
    }

    /// <summary>
    /// Returns the id of a new pizza: its name's slug, or <c>pizza-</c> and eight digits if the name has letters without a counterpart in
    /// ASCII. The same name always has the same id.
    /// </summary>
    public static string IdOf(string name) =>
        name.EnumerateRunes().All(rune => !Rune.IsLetterOrDigit(rune) || (rune.IsBmp && Ascii((char)rune.Value) is not null))
            ? Of(name)
            : $"pizza-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name.Trim().ToLowerInvariant())).AsSpan(0, 4))}";

    /// <summary>Whether a text is a valid slug.</summary>
    public static bool IsSlug(string text) => text.Length > 0 && Of(text) == text;

    private static string? Ascii(char c) =>
        char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c).ToString()
        : Latin.TryGetValue(c, out var letters) || Latin.TryGetValue(char.ToLowerInvariant(c), out letters) ? letters
        : null;

    // A combining accent, which follows its letter.
    private static bool IsMark(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark;
}
