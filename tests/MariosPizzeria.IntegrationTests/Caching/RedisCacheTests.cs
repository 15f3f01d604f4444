using MariosPizzeria.IntegrationTests.Servers;

namespace MariosPizzeria.IntegrationTests.Caching;

/// <summary>The contract on Redis.</summary>
public sealed class RedisCacheTests : CacheContract
{
    protected override async Task<(CacheProcess Here, CacheProcess There)> Attach()
    {
        var redis = await SharedServers.Redis;
        return (CacheProcess.Open(redis.ConnectionString), CacheProcess.Open(redis.ConnectionString));
    }
}
