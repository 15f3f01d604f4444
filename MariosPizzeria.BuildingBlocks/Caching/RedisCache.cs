using System.Diagnostics;
using StackExchange.Redis;

namespace MariosPizzeria.BuildingBlocks.Caching;

/// <summary>The shared cache in Redis. Every atomic operation is one command or one script.</summary>
internal sealed class RedisCache(RedisConnection connection) : ICache, IDisposable
{
    private const string ReplaceScript =
        "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('set', KEYS[1], ARGV[2], 'px', ARGV[3]) return 1 end return 0";

    private const string RemoveScript = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

    // One script does both, because a counter without a time to live would count for ever.
    private const string IncrementScript =
        "local r = {} for _, key in ipairs(KEYS) do "
        + "local n = redis.call('incr', key) if n == 1 then redis.call('pexpire', key, ARGV[1]) end "
        + "r[#r + 1] = n r[#r + 1] = redis.call('pttl', key) end return r";

    private const string CountAboveScript =
        "local n = redis.call('incr', KEYS[1]) local floor = tonumber(ARGV[1]) "
        + "if n <= floor then n = floor + 1 redis.call('set', KEYS[1], n) end redis.call('pexpire', KEYS[1], ARGV[2]) return n";

    // A sorted set, scored by the moment at which a member expires. All members have the same time to live, so the last to enter expires
    // last.
    private const string EnterScript =
        "local t = redis.call('time') local now = t[1] * 1000 + math.floor(t[2] / 1000) "
        + "redis.call('zremrangebyscore', KEYS[1], '-inf', now) "
        + "if not redis.call('zscore', KEYS[1], ARGV[1]) and redis.call('zcard', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end "
        + "redis.call('zadd', KEYS[1], now + ARGV[3], ARGV[1]) redis.call('pexpire', KEYS[1], ARGV[3]) return 1";

    // Never stored: SETRANGE with an empty value does not create a missing key.
    private const string PingKey = "ping";

    // The client has no timeout for asynchronous calls: without this one, a call to a server that hangs would never return.
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _subscribing = new(1);
    private long _awaySince; // The time of the first failed command; 0 while Redis is reachable.

    public Task<string?> GetAsync(string key, CancellationToken cancellationToken) =>
        ExecuteAsync(async redis => (string?)await redis.GetDatabase().StringGetAsync(key), cancellationToken);

    public Task SetAsync(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        ExecuteAsync(redis => redis.GetDatabase().StringSetAsync(key, value, timeToLive), cancellationToken);

    public Task<bool> AddAsync(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        ExecuteAsync(redis => redis.GetDatabase().StringSetAsync(key, value, timeToLive, When.NotExists), cancellationToken);

    public Task<bool> ReplaceAsync(string key, string expected, string value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        ExecuteAsync(
            async redis =>
                (long)
                    await redis
                        .GetDatabase()
                        .ScriptEvaluateAsync(ReplaceScript, [key], [expected, value, (long)timeToLive.TotalMilliseconds]) == 1,
            cancellationToken
        );

    public Task<bool> RemoveAsync(string key, string? expected, CancellationToken cancellationToken) =>
        expected is null
            ? ExecuteAsync(redis => redis.GetDatabase().KeyDeleteAsync(key), cancellationToken)
            : ExecuteAsync(
                async redis => (long)await redis.GetDatabase().ScriptEvaluateAsync(RemoveScript, [key], [expected]) == 1,
                cancellationToken
            );

    public Task<IReadOnlyList<(long Count, TimeSpan TimeToLive)>> IncrementAsync(
        IReadOnlyList<string> keys,
        TimeSpan timeToLive,
        CancellationToken cancellationToken
    ) =>
        ExecuteAsync<IReadOnlyList<(long, TimeSpan)>>(
            async redis =>
            {
                var answer = (long[])
                    (
                        await redis
                            .GetDatabase()
                            .ScriptEvaluateAsync(
                                IncrementScript,
                                [.. keys.Select(key => (RedisKey)key)],
                                [(long)timeToLive.TotalMilliseconds]
                            )
                    )!;
                return [.. answer.Chunk(2).Select(pair => (pair[0], TimeSpan.FromMilliseconds(pair[1])))];
            },
            cancellationToken
        );

    public Task<long> CountScoresAboveAsync(string key, long floor, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        ExecuteAsync(
            async redis =>
                (long)await redis.GetDatabase().ScriptEvaluateAsync(CountAboveScript, [key], [floor, (long)timeToLive.TotalMilliseconds]),
            cancellationToken
        );

    public Task<bool> TryEnterAsync(string set, string member, int most, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        ExecuteAsync(
            async redis =>
                (long)await redis.GetDatabase().ScriptEvaluateAsync(EnterScript, [set], [member, most, (long)timeToLive.TotalMilliseconds])
                == 1,
            cancellationToken
        );

    public Task LeaveAsync(string set, string member, CancellationToken cancellationToken) =>
        ExecuteAsync(redis => redis.GetDatabase().SortedSetRemoveAsync(set, member), cancellationToken);

    public Task PublishAsync(string channel, string message, CancellationToken cancellationToken) =>
        ExecuteAsync(
            redis => redis.GetSubscriber().PublishAsync(new RedisChannel(channel, RedisChannel.PatternMode.Literal), message),
            cancellationToken
        );

    public async Task SubscribeAsync(string pattern, Action<string, string> onMessage, CancellationToken cancellationToken)
    {
        var channel = new RedisChannel(pattern, RedisChannel.PatternMode.Pattern);
        var isWanted = true;
        try
        {
            await ExecuteAsync(Confirmed, cancellationToken);
        }
        catch
        {
            // Otherwise a retry would subscribe the handler a second time, and it would run twice for each hint.
            isWanted = false;
            throw;
        }

        // One attempt at a time, and each one undoes itself: a late UNSUBSCRIBE of an abandoned attempt could cancel the next subscription.
        async Task<bool> Confirmed(IConnectionMultiplexer redis)
        {
            await _subscribing.WaitAsync(CancellationToken.None);
            try
            {
                var subscriber = redis.GetSubscriber();
                if (isWanted)
                {
                    try
                    {
                        await subscriber.SubscribeAsync(channel, OnMessage);
                    }
                    catch (RedisException)
                    {
                        // The client keeps a handler even if it could not subscribe at the server: the next attempt would add it a second
                        // time.
                        await RemoveHandlerAsync(subscriber);
                        throw;
                    }
                }

                // The client also returns if it has no server; it then subscribes some time after the server is back.
                if (isWanted && subscriber.IsConnected(channel))
                {
                    return true;
                }

                await subscriber.UnsubscribeAsync(channel, OnMessage);
                throw new TimeoutException("Not yet subscribed at Redis.");
            }
            finally
            {
                _subscribing.Release();
            }
        }

        async Task RemoveHandlerAsync(ISubscriber subscriber)
        {
            try
            {
                await subscriber.UnsubscribeAsync(channel, OnMessage);
            }
            catch (RedisException)
            {
                // The client removes the handler before it tries to unsubscribe at the server.
            }
        }

        void OnMessage(RedisChannel from, RedisValue message)
        {
            if (isWanted)
            {
                onMessage(from.ToString(), message.ToString());
            }
        }
    }

    public bool IsSubscribed(string pattern)
    {
        if (connection.Created?.GetSubscriber() is not { } subscriber)
        {
            return false;
        }

        // For a channel without subscriptions, IsConnected tells whether the server is reachable.
        var channel = new RedisChannel(pattern, RedisChannel.PatternMode.Pattern);
        return subscriber.SubscribedEndpoint(channel) is not null && subscriber.IsConnected(channel);
    }

    public void Dispose() => _subscribing.Dispose();

    // A write that changes nothing: a server that is full (maxmemory), can't write its file or has become a replica rejects it, but would
    // still answer PING. This method does not wait for a connection.
    public Task PingAsync(CancellationToken cancellationToken) =>
        ExecuteAsync(redis => redis.GetDatabase().StringSetRangeAsync(PingKey, 0, ""), cancellationToken, isPatient: false);

    private async Task<T> ExecuteAsync<T>(
        Func<IConnectionMultiplexer, Task<T>> command,
        CancellationToken cancellationToken,
        bool isPatient = true
    )
    {
        try
        {
            return await Connected().WaitAsync(RequestTimeout, cancellationToken);
        }
        catch (Exception e)
            // If the connection breaks while a command is being written, the client cancels the command although its caller has not
            // cancelled, or the command fails with the InvalidOperationException of a completed pipe; while an answer is being read, it may
            // fail with the IOException of the reset connection.
            when (e is RedisException or TimeoutException or InvalidOperationException or IOException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            throw new RedisUnavailableException(e);
        }

        // A server that restarts is back within a second, and its callers need not notice: a command that was not sent for lack of a
        // connection is retried. A command that was sent and not answered may have been executed, and is not retried.
        async Task<T> Connected()
        {
            while (true)
            {
                try
                {
                    var answer = await command(await connection.GetAsync());
                    Volatile.Write(ref _awaySince, 0);
                    return answer;
                }
                catch (RedisConnectionException e)
                    when (e.FailureType == ConnectionFailureType.UnableToResolvePhysicalConnection && IsTransient() && isPatient)
                {
                    await Task.Delay(ReconnectPause, cancellationToken);
                }
            }
        }
    }

    // True for as long as one caller may wait. In a longer outage all other callers get the error at once.
    private bool IsTransient()
    {
        var now = Stopwatch.GetTimestamp();
        var since = Interlocked.CompareExchange(ref _awaySince, now, 0);
        return since == 0 || Stopwatch.GetElapsedTime(since, now) < RequestTimeout;
    }
}
