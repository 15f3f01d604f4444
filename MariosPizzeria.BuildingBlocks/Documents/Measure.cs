using System.Runtime.InteropServices;

namespace MariosPizzeria.BuildingBlocks.Documents;

/// <summary>
/// A whole number that the store sums over many documents. Every save calculates it from the document and stores it beside the document,
/// so it always belongs to the stored version: no event, redelivery or crash can make a sum wrong.
/// </summary>
/// <param name="Name">Lower case with underscores; part of the stored schema.</param>
/// <param name="Of">Returns the document's value (cents, seconds, or 1 to count documents); null if it has none.</param>
public sealed record Measure<T>(string Name, Func<T, long?> Of);

/// <summary>A part of a document, for sums by part.</summary>
/// <param name="Key">The key by which the sums are grouped; unique within a document.</param>
/// <param name="Label">Its name.</param>
/// <param name="Count">The number of units.</param>
/// <param name="Amount">The total amount of these units.</param>
public sealed record Part(string Key, string Label, long Count, long Amount);

/// <summary>The sum of a measure over several documents.</summary>
/// <param name="Count">The number of documents that have the measure.</param>
/// <param name="Total">The sum of its values.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Sum(long Count, long Total)
{
    /// <summary>Adds two sums.</summary>
    public static Sum operator +(Sum left, Sum right) => new(left.Count + right.Count, left.Total + right.Total);
}

/// <summary>The sums over the documents of one slice.</summary>
/// <param name="measures">The measures of the type of document.</param>
/// <param name="sums">Their sums, in the order of the measures.</param>
public sealed class SliceSums<T>(IReadOnlyList<Measure<T>> measures, long documents, IReadOnlyList<Sum> sums)
{
    /// <summary>The number of documents.</summary>
    public long Documents => documents;

    /// <summary>The sum of a measure.</summary>
    /// <exception cref="ArgumentException">The type of document has no such measure.</exception>
    public Sum this[Measure<T> measure]
    {
        get
        {
            for (var i = 0; i < measures.Count; i++)
            {
                if (measures[i].Name == measure.Name)
                {
                    return sums[i];
                }
            }

            throw new ArgumentException($"There is no measure {measure.Name}.", nameof(measure));
        }
    }
}

/// <summary>How documents are grouped. Those without the key or without the measure are left out.</summary>
/// <param name="By">Documents with the same key are one group.</param>
/// <param name="Of">The measure that is summed.</param>
/// <param name="Latest">A key whose largest value is returned for each group.</param>
/// <param name="Most">The maximum number of groups: those with the largest sums, equal sums by key.</param>
public sealed record Grouping<T>(DocumentIndex<T> By, Measure<T> Of, DocumentIndex<T> Latest, int Most);

/// <summary>A group of documents with the same key.</summary>
/// <param name="Key">That key.</param>
/// <param name="Latest">The largest value of <see cref="Grouping{T}.Latest"/>.</param>
/// <param name="Sum">The number of documents, and the sum of the measure.</param>
public sealed record Group(string Key, string? Latest, Sum Sum);

/// <summary>Totals over all groups, and the groups with the largest sums.</summary>
/// <param name="Groups">The number of groups.</param>
/// <param name="Repeated">The number of groups with more than one document.</param>
/// <param name="Largest">The groups with the largest sums, the largest first.</param>
public sealed record GroupSums(long Groups, long Repeated, IReadOnlyList<Group> Largest);

/// <summary>The sums of parts with the same key.</summary>
/// <param name="Key">That key.</param>
/// <param name="Label">Their name; if it differs between documents, the ordinally last one.</param>
/// <param name="Documents">The number of documents that have the part.</param>
/// <param name="Count">The number of units.</param>
/// <param name="Amount">The total amount of these units.</param>
public sealed record PartSums(string Key, string Label, long Documents, long Count, long Amount);
