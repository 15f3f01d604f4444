using System.Buffers.Text;
using System.Text;

namespace MariosPizzeria.BuildingBlocks.Http;

/// <summary>
/// The position at which a page of a list ended, as the client sends it back (<c>next</c>, then <c>after</c>): the key by which the list is
/// sorted, and the id that orders items with equal keys. Unlike a page number it stays correct while the list changes.
/// </summary>
/// <param name="Key">The sort key of the last item.</param>
/// <param name="Id">The id of the last item.</param>
public sealed record PagePosition(string Key, string Id)
{
    private const char Separator = '\n';

    /// <summary>Parses the output of <see cref="ToString"/>; returns null for any other text.</summary>
    public static PagePosition? Parse(string text) =>
        Base64Url.IsValid(text) && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(Separator) is [var key, var id]
            ? new(key, id)
            : null;

    /// <summary>Returns an opaque text that is safe in a URL.</summary>
    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Key}{Separator}{Id}"));

    /// <summary>Whether an item of an ascending list comes after this position.</summary>
    public bool IsBefore(string key, string id) =>
        string.CompareOrdinal(Key, key) is var order && (order < 0 || (order == 0 && string.CompareOrdinal(Id, id) < 0));
}
