namespace MariosPizzeria.ServiceDefaults.Caching;

/// <summary>
/// What replicas of a process share besides their database: sessions, idempotency keys, leases, rate limits, hints. Redis where
/// it is configured, else memory (Development and tests). Nothing in it is the only record of anything committed.
/// </summary>
public interface ICache
{
    /// <summary>The value, or null.</summary>
    /// <exception cref="RedisUnavailableException">Redis has not answered within three seconds; every method throws it then.</exception>
    Task<string?> Get(string key, CancellationToken cancellationToken);

    /// <summary>Sets the value, whatever was there.</summary>
    Task Set(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Sets the value if there is none; atomic over all replicas.</summary>
    /// <returns>Whether it was set.</returns>
    Task<bool> Add(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Sets the value if the present one is as expected; atomic over all replicas.</summary>
    /// <returns>Whether it was set.</returns>
    Task<bool> Replace(string key, string expected, string value, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Removes the value if it is as expected (null: whatever it is); atomic over all replicas.</summary>
    /// <returns>Whether it was removed.</returns>
    Task<bool> Remove(string key, string? expected, CancellationToken cancellationToken);

    /// <summary>Adds one; the first addition starts the time to live.</summary>
    /// <returns>The sum, and what is left of the time to live.</returns>
    Task<(long Count, TimeSpan TimeToLive)> Increment(string key, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a member into a set of at most <paramref name="most"/> members, each of which leaves it by itself after its time to live;
    /// atomic over all replicas. A member that is in it already stays in, with a new time to live.
    /// </summary>
    /// <returns>Whether it is in the set now; false where the set is full.</returns>
    Task<bool> EnterAsync(string set, string member, int most, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Takes a member out of a set of <see cref="EnterAsync"/>.</summary>
    Task LeaveAsync(string set, string member, CancellationToken cancellationToken);

    /// <summary>Sends a hint to whoever listens now; nobody may.</summary>
    Task Publish(string channel, string message, CancellationToken cancellationToken);

    /// <summary>
    /// Calls <paramref name="onMessage"/> (channel, message) for every hint on channels of a pattern with one trailing <c>*</c>, from its
    /// return on. It outlives the cache's outages; where it fails there is no subscription, and it can be tried again.
    /// </summary>
    Task Subscribe(string pattern, Action<string, string> onMessage, CancellationToken cancellationToken);

    /// <summary>Asks whether the cache answers and takes writes now; alone of all methods it does not wait for a connection to come back.</summary>
    Task Ping(CancellationToken cancellationToken);
}

/// <summary>Redis does not answer.</summary>
public sealed class RedisUnavailableException : Exception
{
    /// <summary>With what the client said.</summary>
    public RedisUnavailableException(Exception inner)
        : base("Redis does not answer.", inner) { }
}
