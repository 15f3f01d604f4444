namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>The source of a process's random values.</summary>
public class RandomSource
{
    /// <summary>Returns a new id, random from its first character on: people distinguish orders by the first six.</summary>
    public virtual Guid NextId() => Guid.NewGuid();

    /// <summary>Returns a number from 0 inclusive to 1 exclusive.</summary>
    public virtual double NextDouble() => Random.Shared.NextDouble();
}
