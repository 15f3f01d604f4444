using System.Buffers.Text;
using System.Text;

namespace MariosPizzeria.ServiceDefaults.Http;

/// <summary>
/// Where a page of a list ended, as the caller gives it back (<c>next</c>, then <c>after</c>): the key by which the list is sorted, and
/// the id that decides between equal ones. Unlike a page's number it stays right while the list changes.
/// </summary>
/// <param name="Key">The last item's.</param>
/// <param name="Id">The last item's.</param>
public sealed record PagePosition(string Key, string Id)
{
    private const char Separator = '\n';

    /// <summary>Reads what <see cref="ToString"/> wrote; null where it is something else.</summary>
    public static PagePosition? Parse(string text) =>
        Base64Url.IsValid(text) && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(Separator) is [var key, var id]
            ? new(key, id)
            : null;

    /// <summary>Text without a meaning to anybody else, safe in an address.</summary>
    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Key}{Separator}{Id}"));

    /// <summary>Whether an item of an ascending list comes after this one.</summary>
    public bool IsBefore(string key, string id) =>
        string.CompareOrdinal(Key, key) is var order && (order < 0 || (order == 0 && string.CompareOrdinal(Id, id) < 0));
}
