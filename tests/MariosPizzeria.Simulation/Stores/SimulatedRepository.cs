using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Documents.Memory;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.Simulation.Scheduling;
using MariosPizzeria.Simulation.World;

namespace MariosPizzeria.Simulation.Stores;

/// <summary>A process's access to a collection. Each call is a step with possible mishaps; the memory store applies its effect.</summary>
internal class SimulatedRepository<T>(RepositoryParts<T> parts) : IRepository<T>
    where T : class, IDocument
{
    private readonly MemoryRepository<T> _stored = parts.Database.Of(parts.Type);

    protected World.World World => parts.World;

    protected SimulatedDatabase Database => parts.Database;

    protected DocumentType<T> Type => parts.Type;

    public Task<T?> FindAsync(string id, CancellationToken cancellationToken) =>
        World.ReadAsync(parts.Process, $"{Type.Collection}/{id}", () => _stored.FindAsync(id, CancellationToken.None).Result);

    public Task<SaveResult> SaveAsync(
        T document,
        IReadOnlyList<Event> events,
        HandledMessage? handled,
        CancellationToken cancellationToken
    ) =>
        World.StepAsync(
            parts.Process,
            Operation.Write,
            document is Notification told ? $"{Type.Collection}/{told.Type}-{told.OrderId}" : $"{Type.Collection}/{document.Id}",
            () =>
            {
                var named = World.Ids.Rename(document, events);
                var result = Store(document, named, handled);
                World.Note(
                    parts.Process,
                    () => $"saves {Type.Collection}/{Ids.Short(document.Id)} v{document.Version}: {result} {Names(named)}"
                );
                if (result == SaveResult.Saved)
                {
                    World.Watch.Saved(parts.Process, document, named);
                    parts.Signal.OnCommitted(
                        document,
                        named,
                        [.. named.Select(e => new OutboxKey(e.EventId, Type.Collection, document.Id))]
                    );
                }

                return result;
            },
            static () => new DatabaseUnavailableException(inner: null)
        );

    public virtual Task<bool> HasHandledAsync(string id, HandledMessage handled, CancellationToken cancellationToken) =>
        World.ReadAsync(
            parts.Process,
            $"{Type.Collection}/{id}",
            () => _stored.HasHandledAsync(id, handled, CancellationToken.None).Result
        );

    public virtual Task<IReadOnlyList<T>> ListAsync(Query<T> query, CancellationToken cancellationToken) =>
        World.ReadAsync(parts.Process, Type.Collection, () => _stored.ListAsync(query, CancellationToken.None).Result);

    public Task<long> CountAsync(Query<T> query, CancellationToken cancellationToken) =>
        World.ReadAsync(parts.Process, Type.Collection, () => _stored.CountAsync(query, CancellationToken.None).Result);

    public Task<int> RemoveAsync(Query<T> query, CancellationToken cancellationToken) =>
        World.ReadAsync(parts.Process, Type.Collection, () => _stored.RemoveAsync(query, CancellationToken.None).Result);

    public Task BackOffAsync(int attempt, CancellationToken cancellationToken) =>
        Task.Delay(
            TimeSpan.FromMilliseconds(parts.Random.NextDouble() * (1 << Math.Min(attempt, 8))),
            parts.Process.Time,
            cancellationToken
        );

    /// <summary>Applies a save to the store.</summary>
    protected virtual SaveResult Store(T document, IReadOnlyList<Event> events, HandledMessage? handled) =>
        _stored.SaveAsync(document, events, handled, CancellationToken.None).Result;

    private static string Names(IReadOnlyList<Event> events) => string.Join(',', events.Select(e => e.GetType().Name));
}

/// <summary>The dependencies of a process's repository.</summary>
internal sealed record RepositoryParts<T>(
    World.World World,
    SimulatedProcess Process,
    SimulatedDatabase Database,
    DocumentType<T> Type,
    CommittedEventQueue Signal,
    RandomSource Random
)
    where T : class, IDocument;
