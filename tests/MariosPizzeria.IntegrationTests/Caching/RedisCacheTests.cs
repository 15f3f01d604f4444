using MariosPizzeria.IntegrationTests.Servers;
using StackExchange.Redis;

namespace MariosPizzeria.IntegrationTests.Caching;

/// <summary>The contract on Redis, and who may look into it.</summary>
public sealed class RedisCacheTests : CacheContract
{
    [Fact]
    public async Task A_reader_reads_a_key_whose_name_it_knows_and_can_do_nothing_else()
    {
        await using var process = CacheProcess.Open((await SharedServers.Redis).ConnectionString);
        var key = $"read:{Guid.NewGuid():N}";
        await process.Cache.Set(key, "value", TimeSpan.FromMinutes(1), default);
        var grant = await process.ReadOnlyUser.Grant(default);

        await using (var reader = CacheProcess.Open(grant.ConnectionString))
        {
            await Eventually.Until("the reader reads", async () => await reader.Cache.Get(key, default) == "value");
        }

        await using (var connection = await ConnectionMultiplexer.ConnectAsync(grant.ConnectionString))
        {
            var redis = connection.GetDatabase();
            foreach (
                var command in new object[][]
                {
                    ["SET", key, "other"],
                    ["DEL", key],
                    ["EXPIRE", key, "1"],
                    ["EVAL", "return redis.call('set', KEYS[1], 'other')", "1", key],
                    ["PUBLISH", "order:1", "2"],
                    ["KEYS", "*"],
                    ["SCAN", "0"],
                    ["RANDOMKEY"],
                    ["FLUSHALL"],
                    ["CONFIG", "GET", "requirepass"],
                    ["CLIENT", "KILL", "TYPE", "normal"],
                    ["ACL", "LIST"],
                    ["ACL", "SETUSER", "default", "on"],
                    ["SHUTDOWN"],
                }
            )
            {
                var refused = await Should.ThrowAsync<RedisServerException>(() => redis.ExecuteAsync((string)command[0], command[1..]));
                refused.Message.ShouldContain("NOPERM", customMessage: string.Join(' ', command));
            }
        }

        await grant.DisposeAsync();
        (await process.Cache.Get(key, default)).ShouldBe("value");
        var late = ConfigurationOptions.Parse(grant.ConnectionString);
        late.AbortOnConnectFail = true;
        await Should.ThrowAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(late));
    }

    protected override async Task<(CacheProcess Here, CacheProcess There)> Attach()
    {
        var redis = await SharedServers.Redis;
        return (CacheProcess.Open(redis.ConnectionString), CacheProcess.Open(redis.ConnectionString));
    }
}
