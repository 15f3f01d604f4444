namespace MariosPizzeria.BuildingBlocks.Caching;

/// <summary>
/// The data that replicas of a process share besides their database: sessions, idempotency keys, leases, rate limits, hints. It is in
/// Redis if that is configured, otherwise in memory (Development and tests). It is never the only record of committed data.
/// </summary>
public interface ICache
{
    /// <summary>Returns the value, or null.</summary>
    /// <exception cref="RedisUnavailableException">Redis did not answer within three seconds; every method throws this.</exception>
    Task<string?> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>Sets the value, and replaces an existing value.</summary>
    Task SetAsync(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Sets the value if there is none; atomic over all replicas.</summary>
    /// <returns>Whether it was set.</returns>
    Task<bool> AddAsync(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Sets the value if the current value equals <paramref name="expected"/>; atomic over all replicas.</summary>
    /// <returns>Whether it was set.</returns>
    Task<bool> ReplaceAsync(string key, string expected, string value, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Removes the value if it equals <paramref name="expected"/> (null: any value); atomic over all replicas.</summary>
    /// <returns>Whether it was removed.</returns>
    Task<bool> RemoveAsync(string key, string? expected, CancellationToken cancellationToken);

    /// <summary>Adds one to each counter; the first addition to a counter starts its time to live.</summary>
    /// <returns>The new value of each counter and the rest of its time to live, in the order of the keys.</returns>
    Task<IReadOnlyList<(long Count, TimeSpan TimeToLive)>> IncrementAsync(
        IReadOnlyList<string> keys,
        TimeSpan timeToLive,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Adds one to a counter, or more if its value would otherwise not be above <paramref name="floor"/>; atomic over all replicas.
    /// Restarts the counter's time to live.
    /// </summary>
    /// <returns>The counter's new value. While the counter lives, no other call returns the same value.</returns>
    Task<long> CountScoresAboveAsync(string key, long floor, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>
    /// Adds a member to a set of at most <paramref name="most"/> members; atomic over all replicas. Each member is removed automatically
    /// after its time to live. A member that is already in the set stays, and its time to live restarts.
    /// </summary>
    /// <returns>Whether the member is in the set; false if the set is full.</returns>
    Task<bool> TryEnterAsync(string set, string member, int most, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Removes a member from a set of <see cref="TryEnterAsync"/>.</summary>
    Task LeaveAsync(string set, string member, CancellationToken cancellationToken);

    /// <summary>Publishes a hint to the current subscribers, if there are any.</summary>
    Task PublishAsync(string channel, string message, CancellationToken cancellationToken);

    /// <summary>
    /// Calls <paramref name="onMessage"/> (channel, message) for every hint on channels of a pattern with one trailing <c>*</c>, as soon as
    /// this method has completed. The subscription survives outages of the cache. If the method fails, there is no subscription, and the
    /// caller can try again.
    /// </summary>
    Task SubscribeAsync(string pattern, Action<string, string> onMessage, CancellationToken cancellationToken);

    /// <summary>Whether a hint on channels of a subscribed pattern would arrive now; false while the connection is down.</summary>
    bool IsSubscribed(string pattern);

    /// <summary>Checks that the cache answers and accepts writes. Only this method does not wait for a connection to come back.</summary>
    Task PingAsync(CancellationToken cancellationToken);
}

/// <summary>Redis does not answer.</summary>
public sealed class RedisUnavailableException : Exception
{
    /// <summary>Creates the exception with the exception of the Redis client.</summary>
    public RedisUnavailableException(Exception inner)
        : base("Redis does not answer.", inner) { }
}
