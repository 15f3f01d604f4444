using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.OrderService.Domain;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MariosPizzeria.Simulation.Planted;

/// <summary>The store accepts any order number: when Redis loses its counter, numbers are assigned again.</summary>
internal sealed class NumbersByRedisAlone : PlantedFault
{
    public override string Name => "numbers by Redis alone";

    public override void Configure(IServiceCollection services)
    {
        if (
            services.LastOrDefault(service => service.ServiceType == typeof(DocumentType<Order>)) is
            { ImplementationInstance: DocumentType<Order> type }
        )
        {
            services.Replace(
                ServiceDescriptor.Singleton(
                    new DocumentType<Order>(type.Collection, [.. type.Indexes.Select(index => index with { IsUnique = false })])
                    {
                        CompoundIndexes = type.CompoundIndexes,
                        CoveringIndexes = type.CoveringIndexes,
                        Measures = type.Measures,
                        LineItems = type.LineItems,
                    }
                )
            );
        }
    }
}
