using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MariosPizzeria.ServiceDefaults.Health;

/// <summary>Whether a process should be sent work.</summary>
public enum Readiness
{
    /// <summary>All is there.</summary>
    Ready,

    /// <summary>Something is missing without which it can still serve: the broker, whose messages the outbox holds.</summary>
    Degraded,

    /// <summary>It can't serve.</summary>
    NotReady,
}

/// <summary>Looks at one of a process's own backing services; never at another service, or one outage would become all.</summary>
public interface IReadinessCheck
{
    /// <summary>What it looks at, as the answer of <c>/health/ready</c> names it.</summary>
    string Name { get; }

    /// <summary>Looks. An exception, or no answer within two seconds, means <see cref="Readiness.NotReady"/>.</summary>
    Task<Readiness> Check(CancellationToken cancellationToken);
}

/// <summary>Registers readiness checks.</summary>
public static class ReadinessRegistration
{
    /// <summary>Adds a check once, however often it is asked for.</summary>
    public static IServiceCollection AddReadinessCheck<T>(this IServiceCollection services)
        where T : class, IReadinessCheck
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IReadinessCheck, T>());
        return services;
    }
}
