using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.IntegrationTests.Servers;
using StackExchange.Redis;

namespace MariosPizzeria.IntegrationTests.Caching;

/// <summary>The contract on Redis, and the access rights of its users.</summary>
public sealed class RedisCacheTests : CacheContract
{
    [Fact]
    public async Task A_command_that_the_client_cancels_while_its_caller_waits_says_that_Redis_is_away()
    {
        await using var connection = new RedisConnection(() => Task.FromCanceled<IConnectionMultiplexer>(new(canceled: true)));
        using var cache = new RedisCache(connection);

        await Should.ThrowAsync<RedisUnavailableException>(() => cache.GetAsync("key", default));
        await Should.ThrowAsync<OperationCanceledException>(() => cache.GetAsync("key", new(canceled: true)));
    }

    [Fact]
    public async Task A_reader_reads_a_key_whose_name_it_knows_and_can_do_nothing_else()
    {
        await using var process = await CacheProcess.ConnectAsync((await SharedServers.Redis).ConnectionString);
        var key = $"read:{Guid.NewGuid():N}";
        await process.Cache.SetAsync(key, "value", TimeSpan.FromMinutes(1), default);
        var grant = await process.ReadOnlyUser.GrantAsync(default);

        await using (var reader = CacheProcess.Open(grant.ConnectionString))
        {
            await Eventually.UntilAsync("the reader reads", async () => await reader.Cache.GetAsync(key, default) == "value");
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
        (await process.Cache.GetAsync(key, default)).ShouldBe("value");
        var late = ConfigurationOptions.Parse(grant.ConnectionString);
        late.AbortOnConnectFail = true;
        await Should.ThrowAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(late));
    }

    protected override async Task<(CacheProcess Here, CacheProcess There)> AttachAsync()
    {
        var redis = await SharedServers.Redis;
        return (await CacheProcess.ConnectAsync(redis.ConnectionString), await CacheProcess.ConnectAsync(redis.ConnectionString));
    }
}
