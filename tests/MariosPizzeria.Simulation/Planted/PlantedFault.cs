using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Simulation.Network;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MariosPizzeria.Simulation.Planted;

/// <summary>A deliberately faulty component that replaces the product's; the simulator must find the fault.</summary>
internal abstract class PlantedFault
{
    /// <summary>The name of the fault.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a message is acknowledged before it is handled.</summary>
    public virtual bool AcknowledgesFirst => false;

    /// <summary>The open generic type that replaces every repository; null for the product's.</summary>
    protected virtual Type? RepositoryType => null;

    /// <summary>Replaces services.</summary>
    public virtual void Configure(IServiceCollection services)
    {
        if (RepositoryType is { } repository)
        {
            services.Replace(ServiceDescriptor.Singleton(typeof(IRepository<>), repository));
        }
    }

    /// <summary>Returns the type that replaces a consumer, or the consumer itself.</summary>
    public virtual Type ConsumerFor(Type consumer) => consumer;

    /// <summary>Returns the replacement of an endpoint; null for the product's.</summary>
    public virtual RequestDelegate? Endpoint(string method, string route) => null;

    /// <summary>Returns the request that is sent instead of a process's request, or the request itself.</summary>
    public virtual HttpCall Outgoing(HttpCall call) => call;
}
