using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Documents.Memory;
using MariosPizzeria.Contracts;
using MariosPizzeria.Simulation.Scheduling;

namespace MariosPizzeria.Simulation.Stores;

/// <summary>A process's access to the sums of a collection. Each call is a step; the memory store computes the result.</summary>
internal sealed class SimulatedMeasures<T>(World.World world, SimulatedProcess process, SimulatedDatabase database, DocumentType<T> type)
    : IMeasures<T>
    where T : class, IDocument
{
    private readonly MemoryMeasures<T> _stored = new(database.Of(type));

    public string Collection => type.Collection;

    public Task<IReadOnlyList<SliceSums<T>>> SumSlicesAsync(
        DocumentIndex<T> by,
        IReadOnlyList<DateTimeOffset> bounds,
        CancellationToken cancellationToken
    ) => world.ReadAsync(process, type.Collection, () => _stored.SumSlicesAsync(by, bounds, CancellationToken.None).Result);

    public Task<GroupSums> SumGroupsAsync(Query<T> query, Grouping<T> grouping, CancellationToken cancellationToken) =>
        world.ReadAsync(process, type.Collection, () => _stored.SumGroupsAsync(query, grouping, CancellationToken.None).Result);

    public Task<IReadOnlyList<PartSums>> SumPartsAsync(Query<T> query, CancellationToken cancellationToken) =>
        world.ReadAsync(process, type.Collection, () => _stored.SumPartsAsync(query, CancellationToken.None).Result);

    public Task<int> MeasureAsync(CancellationToken cancellationToken) => _stored.MeasureAsync(cancellationToken);
}
