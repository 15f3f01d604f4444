using MariosPizzeria.BuildingBlocks.Caching;

namespace MariosPizzeria.Tests.InProcess;

/// <summary>A cache that fails as Redis does when it is down.</summary>
internal sealed class UnavailableCache : ICache
{
    public Task<string?> GetAsync(string key, CancellationToken cancellationToken) => FailAsync<string?>();

    public Task SetAsync(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken) => FailAsync<bool>();

    public Task<bool> AddAsync(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken) => FailAsync<bool>();

    public Task<bool> ReplaceAsync(string key, string expected, string value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        FailAsync<bool>();

    public Task<bool> RemoveAsync(string key, string? expected, CancellationToken cancellationToken) => FailAsync<bool>();

    public Task<IReadOnlyList<(long Count, TimeSpan TimeToLive)>> IncrementAsync(
        IReadOnlyList<string> keys,
        TimeSpan timeToLive,
        CancellationToken cancellationToken
    ) => FailAsync<IReadOnlyList<(long, TimeSpan)>>();

    public Task<long> CountScoresAboveAsync(string key, long floor, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        FailAsync<long>();

    public Task<bool> TryEnterAsync(string set, string member, int most, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        FailAsync<bool>();

    public Task LeaveAsync(string set, string member, CancellationToken cancellationToken) => FailAsync<bool>();

    public Task PublishAsync(string channel, string message, CancellationToken cancellationToken) => FailAsync<bool>();

    public Task SubscribeAsync(string pattern, Action<string, string> onMessage, CancellationToken cancellationToken) => FailAsync<bool>();

    public bool IsSubscribed(string pattern) => false;

    public Task PingAsync(CancellationToken cancellationToken) => FailAsync<bool>();

    private static Task<T> FailAsync<T>() => Task.FromException<T>(new RedisUnavailableException(new TimeoutException()));
}
