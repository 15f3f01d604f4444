using System.Collections.Concurrent;
using System.Diagnostics;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.IntegrationTests.Servers;
using MariosPizzeria.ProcessHost.Servers;
using StackExchange.Redis;

namespace MariosPizzeria.IntegrationTests.Caching;

/// <summary>The behaviour of a process while Redis is unreachable, and its reconnection. The test starts its own server.</summary>
public sealed class RedisOutageTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly RedisServer _redis = new(new());
    private CacheProcess _process = null!;

    private ICache Cache => _process.Cache;

    public async Task InitializeAsync()
    {
        await _redis.StartAsync(default);
        _process = await CacheProcess.ConnectAsync(_redis.ConnectionString);
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Every_call_says_that_Redis_is_away_and_works_again_when_it_is_back_with_what_was_kept()
    {
        await Cache.SetAsync("kept", "x", Minute, default);
        var heard = new ConcurrentQueue<string>();
        await Cache.SubscribeAsync("hints:*", (_, message) => heard.Enqueue(message), default);
        Cache.IsSubscribed("hints:*").ShouldBeTrue();
        Cache.IsSubscribed("others:*").ShouldBeFalse();

        _redis.Kill();
        await _redis.WaitForExitAsync(default);

        await Should.ThrowAsync<RedisUnavailableException>(() => Cache.GetAsync("kept", default));
        await Should.ThrowAsync<RedisUnavailableException>(() => Cache.SetAsync("a", "x", Minute, default));
        await Should.ThrowAsync<RedisUnavailableException>(() => Cache.AddAsync("a", "x", Minute, default));
        await Should.ThrowAsync<RedisUnavailableException>(() => Cache.ReplaceAsync("a", "x", "y", Minute, default));
        await Should.ThrowAsync<RedisUnavailableException>(() => Cache.RemoveAsync("a", expected: null, default));
        await Should.ThrowAsync<RedisUnavailableException>(() => Cache.RemoveAsync("a", "x", default));
        await Should.ThrowAsync<RedisUnavailableException>(() => Cache.IncrementAsync(["n"], Minute, default));
        await Should.ThrowAsync<RedisUnavailableException>(() => Cache.PublishAsync("hints:1", "x", default));
        await Should.ThrowAsync<RedisUnavailableException>(() => Cache.PingAsync(default));
        Cache.IsSubscribed("hints:*").ShouldBeFalse();

        await _redis.StartAsync(default);
        await Eventually.UntilAsync("Redis is found again", async () => await Cache.GetAsync("kept", default) == "x");
        await Eventually.UntilAsync(
            "hints arrive again",
            async () =>
            {
                await Cache.PublishAsync("hints:1", "again", default);
                return !heard.IsEmpty;
            }
        );
    }

    [Fact]
    public async Task Who_asks_while_Redis_is_started_anew_is_answered_when_it_is_back()
    {
        await Cache.SetAsync("kept", "x", Minute, default);

        _redis.Kill();
        await _redis.WaitForExitAsync(default);

        // The first commands may be in flight when the server dies, and fail. Then there is no connection that accepts commands.
        await Eventually.UntilAsync(
            "nothing takes a command",
            async () =>
                await Record.ExceptionAsync(() => Cache.PingAsync(default))
                    is { InnerException: RedisConnectionException { FailureType: ConnectionFailureType.UnableToResolvePhysicalConnection } }
        );
        var get = Cache.GetAsync("kept", default);
        var add = Cache.AddAsync("a", "x", Minute, default);
        var replace = Cache.ReplaceAsync("kept", "other", "y", Minute, default);
        var increment = Cache.IncrementAsync(["n"], Minute, default);
        await _redis.StartAsync(default);

        (await get).ShouldBe("x");
        (await add).ShouldBeTrue();
        (await replace).ShouldBeFalse();
        (await increment).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_Redis_that_hangs_is_taken_for_one_that_is_away_before_a_caller_loses_patience()
    {
        await Cache.SetAsync("kept", "x", Minute, default);
        await _redis.HaltAsync();
        try
        {
            var started = Stopwatch.GetTimestamp();

            await Should.ThrowAsync<RedisUnavailableException>(() => Cache.GetAsync("kept", default));

            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(8));
        }
        finally
        {
            await _redis.GoOnAsync();
        }

        await Eventually.UntilAsync("Redis is found again", async () => await Cache.GetAsync("kept", default) == "x");
    }

    [Theory]
    [InlineData("maxmemory", "1", "268435456")]
    [InlineData("min-replicas-to-write", "1", "0")]
    public async Task A_Redis_that_refuses_writes_is_not_ready_until_it_takes_them_again(string setting, string refuses, string takes)
    {
        await Cache.SetAsync("kept", "x", Minute, default);
        using var operating = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString + ",allowAdmin=true");
        var server = operating.GetServer(operating.GetEndPoints().Single());
        await server.ConfigSetAsync(setting, refuses);

        await Should.ThrowAsync<RedisUnavailableException>(() => Cache.SetAsync("a", "x", Minute, default));
        await Should.ThrowAsync<RedisUnavailableException>(() => Cache.PingAsync(default));
        (await Cache.GetAsync("kept", default)).ShouldBe("x", "nothing was evicted");

        await server.ConfigSetAsync(setting, takes);
        await Cache.PingAsync(default);
        (await server.DatabaseSizeAsync()).ShouldBe(1, "asking stores nothing");
    }

    [Fact]
    public async Task A_process_that_starts_before_its_Redis_finds_it_later()
    {
        _redis.Kill();
        await _redis.WaitForExitAsync(default);
        await using var early = CacheProcess.Open(_redis.ConnectionString);
        await Should.ThrowAsync<RedisUnavailableException>(() => early.Cache.PingAsync(default));

        await _redis.StartAsync(default);

        await Eventually.UntilAsync(
            "Redis is found",
            async () =>
            {
                await early.Cache.PingAsync(default);
                return true;
            }
        );
    }

    [Fact]
    public async Task A_subscription_fails_while_Redis_is_away_and_made_again_hears_everything_once()
    {
        _redis.Kill();
        await _redis.WaitForExitAsync(default);
        await using var early = CacheProcess.Open(_redis.ConnectionString);
        var heard = new ConcurrentQueue<string>();
        await Should.ThrowAsync<RedisUnavailableException>(Subscribe);

        await _redis.StartAsync(default);
        await Eventually.UntilAsync(
            "there is a subscription",
            async () => await Record.ExceptionAsync(Subscribe) is not RedisUnavailableException
        );

        await early.Cache.PublishAsync("hints:1", "one", default);
        await early.Cache.PublishAsync("hints:1", "last", default);
        await Eventually.UntilAsync("the last hint is heard", () => heard.Contains("last"));
        heard.ShouldBe(["one", "last"]);

        Task Subscribe() => early.Cache.SubscribeAsync("hints:*", (_, message) => heard.Enqueue(message), default);
    }

    [Fact]
    public async Task A_subscription_that_waits_until_Redis_is_back_hears_everything_once()
    {
        _redis.Kill();
        await _redis.WaitForExitAsync(default);
        var heard = new ConcurrentQueue<string>();

        // The subscription makes several tries, 50 ms apart.
        var subscribing = SubscribeAsync(_process, heard);
        await _redis.StartAsync(default);
        if (await Record.ExceptionAsync(() => subscribing) is not null)
        {
            await Eventually.UntilAsync("there is a subscription", () => SubscribeAsync(_process, heard));
        }

        await Cache.PublishAsync("hints:1", "one", default);
        await Cache.PublishAsync("hints:1", "last", default);
        await Eventually.UntilAsync("the last hint is heard", () => heard.Contains("last"));
        heard.ShouldBe(["one", "last"]);
    }

    [Fact]
    public async Task A_subscription_that_was_given_up_leaves_the_next_try_its_hearing()
    {
        for (var n = 0; n < 50; n++)
        {
            await using var early = CacheProcess.Open(_redis.ConnectionString);
            var heard = new ConcurrentQueue<string>();
            using var impatience = new CancellationTokenSource(TimeSpan.FromMilliseconds(n % 10));
            await Record.ExceptionAsync(() => early.Cache.SubscribeAsync("hints:*", (_, _) => { }, impatience.Token));
            await Eventually.UntilAsync("there is a subscription", () => SubscribeAsync(early, heard));

            await Cache.PublishAsync("hints:1", "one", default);

            await Eventually.UntilAsync("the hint is heard", () => !heard.IsEmpty, TimeSpan.FromSeconds(5));
        }
    }

    private static async Task<bool> SubscribeAsync(CacheProcess process, ConcurrentQueue<string> heard)
    {
        await process.Cache.SubscribeAsync("hints:*", (_, message) => heard.Enqueue(message), default);
        return true;
    }
}
