using System.Globalization;

namespace MariosPizzeria.Gateway.Web;

/// <summary>Truncates text between grapheme clusters: half an emoji would be stored as U+FFFD.</summary>
internal static class WholeText
{
    /// <summary>Returns the beginning of a text with at most <paramref name="most"/> UTF-16 code units.</summary>
    public static string First(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        var length = 0;
        for (int next; length + (next = StringInfo.GetNextTextElementLength(text, length)) <= most; )
        {
            length += next;
        }

        return text[..length];
    }
}
