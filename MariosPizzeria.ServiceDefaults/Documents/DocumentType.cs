using System.Globalization;
using MariosPizzeria.Contracts;

namespace MariosPizzeria.ServiceDefaults.Documents;

/// <summary>
/// A key that documents are looked up and sorted by. Kept beside the document in every store; compared ordinally, as text.
/// </summary>
/// <param name="Name">Lower case with underscores; part of the stored schema.</param>
/// <param name="Key">The document's value, or null where it has none (such a document matches no condition on this key).</param>
public sealed record Index<T>(string Name, Func<T, string?> Key);

/// <summary>Turns values into keys.</summary>
public static class IndexKey
{
    /// <summary>How a moment is written as a key.</summary>
    public const string MomentFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    /// <summary>A moment as text whose ordinal order is that of time.</summary>
    public static string? Of(DateTimeOffset? moment) => moment?.UtcDateTime.ToString(MomentFormat, CultureInfo.InvariantCulture);

    /// <summary>An enum value as the contract spells it.</summary>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => PizzeriaJson.Text(value);
}

/// <summary>What a store has to know of a kind of document to make room for it.</summary>
public interface IDocumentType
{
    /// <summary>Table or collection.</summary>
    string Collection { get; }

    /// <summary>The names of all keys.</summary>
    IEnumerable<string> IndexNames { get; }

    /// <summary>The names of the keys that are looked up together.</summary>
    IEnumerable<IReadOnlyList<string>> CompoundNames { get; }
}

/// <summary>One kind of document: under which name it is kept, and by what it is looked up.</summary>
/// <param name="collection">Table or collection; lower case with underscores.</param>
/// <param name="indexes">Keys for lookup and order.</param>
public sealed class DocumentType<T>(string collection, params Index<T>[] indexes) : IDocumentType
    where T : class, IDocument
{
    /// <summary>Table or collection.</summary>
    public string Collection { get; } = collection;

    /// <summary>Every key that is stored beside the document.</summary>
    public IReadOnlyList<Index<T>> Indexes { get; } = indexes;

    /// <summary>Keys that are looked up together: equal in all but the last, sorted by the last.</summary>
    public IReadOnlyList<Index<T>[]> Compounds { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<string> IndexNames => Indexes.Select(index => index.Name);

    /// <inheritdoc/>
    public IEnumerable<IReadOnlyList<string>> CompoundNames => Compounds.Select(compound => compound.Select(index => index.Name).ToList());
}
