using StackExchange.Redis;

namespace MariosPizzeria.ProcessHost.Chaos;

/// <summary>Reads the system's Redis directly, without the system's own code.</summary>
internal static class SharedKeys
{
    private const int AtOnce = 500;

    /// <summary>
    /// Returns keys without a time to live, which are never removed, and idempotency keys that are still reserved although no request runs:
    /// the next request with such a key would never get a response.
    /// </summary>
    public static async Task<IReadOnlyList<string>> OrphansAsync(string connectionString, CancellationToken cancellation)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(connectionString);
        var database = redis.GetDatabase();
        var found = new List<string>();
        await foreach (
            var keys in redis.GetServer(redis.GetEndPoints()[0]).KeysAsync(pageSize: AtOnce).Chunk(AtOnce).WithCancellation(cancellation)
        )
        {
            var looked = await Task.WhenAll(keys.Select(LookAsync));
            found.AddRange(looked.OfType<string>());
        }

        return found;

        async Task<string?> LookAsync(RedisKey key)
        {
            var name = key.ToString();
            var (left, there) = (await database.KeyTimeToLiveAsync(key), await database.KeyExistsAsync(key));
            if (left is null)
            {
                return there ? $"Redis key {name} has no expiry" : null;
            }

            return
                name.StartsWith("idempotency:", StringComparison.Ordinal)
                && await database.StringGetAsync(key) is { HasValue: true } reservation
                && reservation.ToString().Contains("\"Answer\":null", StringComparison.Ordinal)
                ? $"Redis key {name} is reserved by a request that is not running"
                : null;
        }
    }
}
