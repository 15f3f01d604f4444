using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Documents.Memory;
using MariosPizzeria.Contracts;

namespace MariosPizzeria.Simulation.Stores;

/// <summary>A service's database: the product's memory store. It outlives the service's processes.</summary>
internal sealed class SimulatedDatabase(string name, TimeProvider time)
{
    private readonly Dictionary<string, object> _repositories = new(StringComparer.Ordinal);
    private readonly CommittedEventQueue _nobody = new(time);

    public string Name => name;

    public MemoryDatabase Memory { get; } = new(time);

    /// <summary>Returns the repository of a document type.</summary>
    public MemoryRepository<T> Of<T>(DocumentType<T> type)
        where T : class, IDocument
    {
        if (!_repositories.TryGetValue(type.Collection, out var repository))
        {
            _repositories[type.Collection] = repository = new MemoryRepository<T>(Memory, type, _nobody);
        }

        return (MemoryRepository<T>)repository;
    }

    /// <summary>Returns all documents of a type, for checks; empty if none was stored.</summary>
    public IReadOnlyList<T> All<T>(string collection)
        where T : class, IDocument =>
        _repositories.TryGetValue(collection, out var repository)
            ? ((MemoryRepository<T>)repository).ListAsync(Query<T>.All, CancellationToken.None).Result
            : [];

    /// <summary>Returns the sums of a document type, for checks; null if none was stored.</summary>
    public IMeasures<T>? Measures<T>(string collection)
        where T : class, IDocument =>
        _repositories.TryGetValue(collection, out var repository) ? new MemoryMeasures<T>((MemoryRepository<T>)repository) : null;

    /// <summary>Returns one document, for checks; null if it does not exist.</summary>
    public T? Find<T>(string collection, string id)
        where T : class, IDocument =>
        _repositories.TryGetValue(collection, out var repository)
            ? ((MemoryRepository<T>)repository).FindAsync(id, CancellationToken.None).Result
            : null;
}
