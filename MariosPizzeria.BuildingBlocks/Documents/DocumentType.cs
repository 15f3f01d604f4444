namespace MariosPizzeria.BuildingBlocks.Documents;

/// <summary>
/// A key by which documents are looked up and sorted. Every store keeps it beside the document, and compares it ordinally, as text.
/// </summary>
/// <param name="Name">Lower case with underscores; part of the stored schema.</param>
/// <param name="Key">Returns the document's value, or null if it has none (such a document matches no condition on this key).</param>
public sealed record DocumentIndex<T>(string Name, Func<T, string?> Key)
{
    /// <summary>
    /// Whether documents are looked up or sorted by this key alone. Otherwise the key has no index of its own: it is part of a compound
    /// index, or only narrows the result of a lookup by another key.
    /// </summary>
    public bool HasOwnIndex { get; init; } = true;

    /// <summary>
    /// Whether no two documents may have the same value; documents without a value are not compared. A save that would give a document the
    /// value of another document returns <see cref="SaveResult.Conflict"/>.
    /// </summary>
    public bool IsUnique { get; init; }
}

/// <summary>Turns values into keys.</summary>
public static class IndexKey
{
    /// <summary>The format of a moment as a key.</summary>
    public const string MomentFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    /// <summary>Returns a moment as text whose ordinal order is the order in time.</summary>
    public static string? Of(DateTimeOffset? moment) => moment?.UtcDateTime.ToString(MomentFormat, CultureInfo.InvariantCulture);

    /// <summary>Returns an enum value as the contract spells it.</summary>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => PizzeriaJson.Text(value);
}

/// <summary>The properties of a type of document from which a store creates its table or collection.</summary>
public interface IDocumentType
{
    /// <summary>The name of the table or collection.</summary>
    string Collection { get; }

    /// <summary>The names of the keys that have an index of their own.</summary>
    IEnumerable<string> IndexNames { get; }

    /// <summary>The names of the keys of which no two documents may have the same value; each has an index of its own for that.</summary>
    IEnumerable<string> UniqueNames { get; }

    /// <summary>The names of the keys that are looked up together.</summary>
    IEnumerable<IReadOnlyList<string>> CompoundNames { get; }
}

/// <summary>A type of document: the name under which its documents are stored, and the keys by which they are looked up.</summary>
/// <param name="collection">The name of the table or collection; lower case with underscores.</param>
/// <param name="indexes">Keys for lookup and order.</param>
public sealed class DocumentType<T>(string collection, params DocumentIndex<T>[] indexes) : IDocumentType
    where T : class, IDocument
{
    /// <summary>The name of the table or collection.</summary>
    public string Collection { get; } = collection;

    /// <summary>Every key that is stored beside the document.</summary>
    public IReadOnlyList<DocumentIndex<T>> Indexes { get; } = indexes;

    /// <summary>Keys that are looked up together: all but the last by equality, and sorted by the last.</summary>
    public IReadOnlyList<DocumentIndex<T>[]> CompoundIndexes { get; init; } = [];

    /// <summary>
    /// Additional keys in the indexes that begin with a key, so that a condition on them is evaluated without reading the document. Ignored
    /// by stores whose indexes do not support this.
    /// </summary>
    public IReadOnlyList<(DocumentIndex<T> By, DocumentIndex<T>[] Keys)> CoveringIndexes { get; init; } = [];

    /// <summary>The measures that the store sums.</summary>
    public IReadOnlyList<Measure<T>> Measures { get; init; } = [];

    /// <summary>
    /// The name under which the store keeps the version that was measured; lower case with underscores. Another set of measures needs
    /// another name: then documents that were stored by a release with fewer measures are measured again.
    /// </summary>
    public string MeasuredAs { get; init; } = "measured_version";

    /// <summary>Returns the parts of a document, to be summed by key; null if the type has none.</summary>
    public Func<T, IEnumerable<Part>>? LineItems { get; init; }

    public IEnumerable<string> IndexNames =>
        Indexes.Where(index => index is { HasOwnIndex: true, IsUnique: false }).Select(index => index.Name);

    public IEnumerable<string> UniqueNames => Indexes.Where(index => index.IsUnique).Select(index => index.Name);

    public IEnumerable<IReadOnlyList<string>> CompoundNames =>
        CompoundIndexes.Select(compound => compound.Select(index => index.Name).ToList());
}
