namespace MariosPizzeria.BuildingBlocks.Documents.Memory;

/// <summary>Sums over the measures that the memory repository keeps beside its documents. Every save measures its document.</summary>
internal sealed class MemoryMeasures<T>(IRepository<T> repository) : IMeasures<T>
    where T : class, IDocument
{
    private readonly MemoryRepository<T> _stored = (MemoryRepository<T>)repository;

    public string Collection => _stored.Type.Collection;

    public Task<IReadOnlyList<SliceSums<T>>> SumSlicesAsync(
        DocumentIndex<T> by,
        IReadOnlyList<DateTimeOffset> bounds,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult<IReadOnlyList<SliceSums<T>>>([
            .. bounds
                .Zip(bounds.Skip(1))
                .Select(slice => _stored.Matches(Query<T>.All.Between(by, slice.First, slice.Second)))
                .Select(rows => new SliceSums<T>(
                    _stored.Type.Measures,
                    rows.Count,
                    [.. _stored.Type.Measures.Select((_, n) => SumOf(rows, n))]
                )),
        ]);

    public Task<GroupSums> SumGroupsAsync(Query<T> query, Grouping<T> grouping, CancellationToken cancellationToken)
    {
        var measure = _stored.Type.Measures.TakeWhile(each => each.Name != grouping.Of.Name).Count();
        var groups = _stored
            .Matches(query)
            .Where(row => row.Measures[measure] is not null && _stored.KeyOf(row, grouping.By) is not null)
            .GroupBy(row => _stored.KeyOf(row, grouping.By)!, StringComparer.Ordinal)
            .Select(rows => new Group(
                rows.Key,
                rows.Select(row => _stored.KeyOf(row, grouping.Latest)).Max(StringComparer.Ordinal),
                SumOf(rows, measure)
            ))
            .OrderByDescending(group => group.Sum.Total)
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .ToList();
        return Task.FromResult(new GroupSums(groups.Count, groups.Count(group => group.Sum.Count > 1), [.. groups.Take(grouping.Most)]));
    }

    public Task<IReadOnlyList<PartSums>> SumPartsAsync(Query<T> query, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<PartSums>>([
            .. _stored
                .Matches(query)
                .SelectMany(row => row.Parts)
                .GroupBy(part => part.Key, StringComparer.Ordinal)
                .OrderBy(parts => parts.Key, StringComparer.Ordinal)
                .Select(parts => new PartSums(
                    parts.Key,
                    parts.Select(part => part.Label).Max(StringComparer.Ordinal)!,
                    parts.Count(),
                    parts.Sum(part => part.Count),
                    parts.Sum(part => part.Amount)
                )),
        ]);

    public Task<int> MeasureAsync(CancellationToken cancellationToken) => Task.FromResult(0);

    private static Sum SumOf(IEnumerable<MemoryRepository<T>.Stored> rows, int measure) =>
        rows.Aggregate(default(Sum), (sum, row) => row.Measures[measure] is { } value ? sum + new Sum(1, value) : sum);
}
