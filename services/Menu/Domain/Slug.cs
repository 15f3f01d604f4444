using System.Text;

namespace MariosPizzeria.Menus.Domain;

/// <summary>Ids that people can read: lower-case ASCII letters and digits, words joined by single hyphens.</summary>
public static class Slug
{
    /// <summary>Longest id.</summary>
    public const int MaxLength = 60;

    /// <summary>The slug of a name: <c>BBQ Chicken</c> becomes <c>bbq-chicken</c>; empty where the name has no letter or digit.</summary>
    public static string Of(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(char.ToLowerInvariant(c));
            }
            else if (c is not '\'' && slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        return slug.ToString(0, Math.Min(slug.Length, MaxLength)).TrimEnd('-');
    }

    /// <summary>Whether a text is a slug already.</summary>
    public static bool IsSlug(string text) => text.Length > 0 && Of(text) == text;
}
