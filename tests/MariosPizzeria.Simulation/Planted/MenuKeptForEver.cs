using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.Simulation.Stores;

namespace MariosPizzeria.Simulation.Planted;

/// <summary>A menu process reads the pizzas once and caches them for ever.</summary>
internal sealed class MenuKeptForEver : PlantedFault
{
    public override string Name => "a menu that is kept for ever";

    protected override Type? RepositoryType => typeof(Repository<>);

    private sealed class Repository<T>(RepositoryParts<T> parts) : SimulatedRepository<T>(parts)
        where T : class, IDocument
    {
        private IReadOnlyList<T>? _kept;

        public override async Task<IReadOnlyList<T>> ListAsync(Query<T> query, CancellationToken cancellationToken) =>
            typeof(T) == typeof(Pizza)
                ? _kept ??= await base.ListAsync(query, cancellationToken)
                : await base.ListAsync(query, cancellationToken);
    }
}
