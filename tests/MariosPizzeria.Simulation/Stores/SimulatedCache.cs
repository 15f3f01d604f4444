using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.Simulation.Scheduling;
using MariosPizzeria.Simulation.World;

namespace MariosPizzeria.Simulation.Stores;

/// <summary>A process's client of Redis, which outlives the process and sometimes loses all keys.</summary>
internal class SimulatedCache(World.World world, SimulatedProcess process) : ICache
{
    public Task<string?> GetAsync(string key, CancellationToken cancellationToken) =>
        AskAsync(key, cache => cache.GetAsync(key, CancellationToken.None));

    public Task SetAsync(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        AskAsync(
            key,
            async cache =>
            {
                await cache.SetAsync(key, value, timeToLive, CancellationToken.None);
                return true;
            }
        );

    public virtual Task<bool> AddAsync(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        AskAsync(key, cache => cache.AddAsync(key, value, timeToLive, CancellationToken.None));

    public virtual Task<bool> ReplaceAsync(
        string key,
        string expected,
        string value,
        TimeSpan timeToLive,
        CancellationToken cancellationToken
    ) => AskAsync(key, cache => cache.ReplaceAsync(key, expected, value, timeToLive, CancellationToken.None));

    public Task<bool> RemoveAsync(string key, string? expected, CancellationToken cancellationToken) =>
        AskAsync(key, cache => cache.RemoveAsync(key, expected, CancellationToken.None));

    public Task<IReadOnlyList<(long Count, TimeSpan TimeToLive)>> IncrementAsync(
        IReadOnlyList<string> keys,
        TimeSpan timeToLive,
        CancellationToken cancellationToken
    ) => AskAsync(keys[0], cache => cache.IncrementAsync(keys, timeToLive, CancellationToken.None));

    public Task<long> CountScoresAboveAsync(string key, long floor, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        AskAsync(key, cache => cache.CountScoresAboveAsync(key, floor, timeToLive, CancellationToken.None));

    public Task<bool> TryEnterAsync(string set, string member, int most, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        AskAsync(set, cache => cache.TryEnterAsync(set, member, most, timeToLive, CancellationToken.None));

    public Task LeaveAsync(string set, string member, CancellationToken cancellationToken) =>
        AskAsync(
            set,
            async cache =>
            {
                await cache.LeaveAsync(set, member, CancellationToken.None);
                return true;
            }
        );

    // Hints only make viewers see a change sooner; viewers are not simulated.
    public Task PublishAsync(string channel, string message, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SubscribeAsync(string pattern, Action<string, string> onMessage, CancellationToken cancellationToken) => Task.CompletedTask;

    public bool IsSubscribed(string pattern) => true;

    public Task PingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The memory cache completes synchronously.
    private Task<TResult> AskAsync<TResult>(string key, Func<ICache, Task<TResult>> ask) =>
        world.StepAsync(
            process,
            Operation.Cache,
            // The key contains an event id, which differs in a run with fewer mishaps.
            key.StartsWith("mail:", StringComparison.Ordinal)
                ? "mail"
                : key,
            () => ask(world.Cache).Result,
            static () => new RedisUnavailableException(new TimeoutException("simulated"))
        );
}
