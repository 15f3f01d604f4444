using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Simulation.Scheduling;
using MariosPizzeria.Simulation.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Simulation.Planted;

/// <summary>A message is acknowledged before its effects are saved.</summary>
internal sealed class AcknowledgeBeforeSave : PlantedFault
{
    public override string Name => "ack before the save";

    public override bool AcknowledgesFirst => true;
}

/// <summary>Handled messages are not recorded.</summary>
internal sealed class NoInbox : PlantedFault
{
    public override string Name => "no inbox";

    protected override Type? RepositoryType => typeof(Repository<>);

    private sealed class Repository<T>(RepositoryParts<T> parts) : SimulatedRepository<T>(parts)
        where T : class, IDocument
    {
        public override Task<bool> HasHandledAsync(string id, HandledMessage handled, CancellationToken cancellationToken) =>
            Task.FromResult(false);

        protected override SaveResult Store(T document, IReadOnlyList<Event> events, HandledMessage? handled) =>
            base.Store(document, events, handled: null);
    }
}

/// <summary>Events are published before the document is stored.</summary>
internal sealed class PublishBeforeCommit : PlantedFault
{
    public override string Name => "publish before commit";

    protected override Type? RepositoryType => typeof(Repository<>);

    private sealed class Repository<T>(RepositoryParts<T> parts) : SimulatedRepository<T>(parts)
        where T : class, IDocument
    {
        protected override SaveResult Store(T document, IReadOnlyList<Event> events, HandledMessage? handled)
        {
            foreach (var e in events)
            {
                World.Broker.Take(e);
            }

            return base.Store(document, [], handled);
        }
    }
}

/// <summary>Saves do not check the version, so the last one overwrites the others.</summary>
internal sealed class LastWriterWins : PlantedFault
{
    public override string Name => "no version check";

    protected override Type? RepositoryType => typeof(Repository<>);

    private sealed class Repository<T>(RepositoryParts<T> parts) : SimulatedRepository<T>(parts)
        where T : class, IDocument
    {
        protected override SaveResult Store(T document, IReadOnlyList<Event> events, HandledMessage? handled)
        {
            // Only for existing documents: a new document must still not replace another.
            if (document.Version > 0 && Database.Find<T>(Type.Collection, document.Id) is { } stored)
            {
                document.Version = stored.Version;
            }

            return base.Store(document, events, handled);
        }
    }
}

/// <summary>Every request for a lease succeeds.</summary>
internal sealed class LeaseNotChecked : PlantedFault
{
    public override string Name => "a lease that is not checked";

    public override void Configure(IServiceCollection services) => services.AddSingleton<ICache, Cache>();

    private sealed class Cache(World.World world, SimulatedProcess process) : SimulatedCache(world, process)
    {
        public override async Task<bool> AddAsync(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken)
        {
            var isHeld = await base.AddAsync(key, value, timeToLive, cancellationToken);
            return isHeld || key.StartsWith("mail:", StringComparison.Ordinal);
        }
    }
}

/// <summary>A stored event is removed from the outbox before the broker has confirmed it.</summary>
internal sealed class RemoveBeforeConfirm : PlantedFault
{
    public override string Name => "outbox row removed before the confirm";

    protected override Type? RepositoryType => typeof(Repository<>);

    private sealed class Repository<T>(RepositoryParts<T> parts) : SimulatedRepository<T>(parts)
        where T : class, IDocument
    {
        protected override SaveResult Store(T document, IReadOnlyList<Event> events, HandledMessage? handled)
        {
            var result = base.Store(document, events, handled);
            _ = Database.Memory.RemoveAsync(
                [.. events.Select(e => new OutboxKey(e.EventId, Type.Collection, document.Id))],
                CancellationToken.None
            );
            return result;
        }
    }
}
