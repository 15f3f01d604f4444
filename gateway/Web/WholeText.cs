using System.Globalization;

namespace MariosPizzeria.Gateway.Web;

/// <summary>Cuts text between characters as people see them: half an emoji is stored as U+FFFD.</summary>
internal static class WholeText
{
    /// <summary>The beginning of a text that has at most so many UTF-16 units.</summary>
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
