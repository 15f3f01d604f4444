namespace MariosPizzeria.BuildingBlocks.Documents;

/// <summary>Sums over documents of one type, calculated by the database, so that no documents are transferred for a sum.</summary>
/// <remarks>
/// A document that was stored by a release with no measures, or with other ones, is measured by the first sum that includes it, so that
/// sums are also correct while such a release runs beside this one.
/// </remarks>
public interface IMeasures<T> : IMeasureBackfill
    where T : class, IDocument
{
    /// <summary>Returns the sums of all measures over consecutive slices.</summary>
    /// <param name="by">A key whose values are moments.</param>
    /// <param name="bounds">Ascending: the starts of the slices, and the end of the last. A slice between equal bounds is empty.</param>
    /// <returns>One slice fewer than there are bounds; with zeros if a slice has no document.</returns>
    Task<IReadOnlyList<SliceSums<T>>> SumSlicesAsync(
        DocumentIndex<T> by,
        IReadOnlyList<DateTimeOffset> bounds,
        CancellationToken cancellationToken
    );

    /// <summary>Sums one measure by group. The query's order and page are ignored.</summary>
    Task<GroupSums> SumGroupsAsync(Query<T> query, Grouping<T> grouping, CancellationToken cancellationToken);

    /// <summary>Sums the parts of the documents that match, by key. The query's order and page are ignored.</summary>
    Task<IReadOnlyList<PartSums>> SumPartsAsync(Query<T> query, CancellationToken cancellationToken);
}

/// <summary>A type of document that has measures.</summary>
public interface IMeasureBackfill
{
    /// <summary>The name of its table or collection.</summary>
    string Collection { get; }

    /// <summary>
    /// Measures the stored documents that were not measured, or not at their current version, in small batches. It may be stopped at any
    /// time and started again, beside any number of processes of this and the previous release.
    /// </summary>
    /// <returns>The number of documents that were measured.</returns>
    Task<int> MeasureAsync(CancellationToken cancellationToken);
}
