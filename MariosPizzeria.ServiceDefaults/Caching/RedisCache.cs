using System.Diagnostics;
using StackExchange.Redis;

namespace MariosPizzeria.ServiceDefaults.Caching;

/// <summary>The shared cache in Redis. Everything atomic is one command or one script.</summary>
internal sealed class RedisCache(RedisConnection connection) : ICache, IDisposable
{
    private const string ReplaceScript =
        "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('set', KEYS[1], ARGV[2], 'px', ARGV[3]) return 1 end return 0";

    private const string RemoveScript = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

    // A counter without a time to live would count for ever: both in one step.
    private const string IncrementScript =
        "local n = redis.call('incr', KEYS[1]) if n == 1 then redis.call('pexpire', KEYS[1], ARGV[1]) end return {n, redis.call('pttl', KEYS[1])}";

    // A sorted set by the moment at which each member leaves. All members live equally long, so the one that entered last leaves last.
    private const string EnterScript =
        "local t = redis.call('time') local now = t[1] * 1000 + math.floor(t[2] / 1000) "
        + "redis.call('zremrangebyscore', KEYS[1], '-inf', now) "
        + "if not redis.call('zscore', KEYS[1], ARGV[1]) and redis.call('zcard', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end "
        + "redis.call('zadd', KEYS[1], now + ARGV[3], ARGV[1]) redis.call('pexpire', KEYS[1], ARGV[3]) return 1";

    // Never stored: writing nothing to a key that is not there makes none.
    private const string PingKey = "ping";

    // The client gives an asynchronous call no time limit of its own: on a server that hangs it would never return.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _subscribing = new(1);
    private long _awaySince; // 0: it is not.

    public Task<string?> Get(string key, CancellationToken cancellationToken) =>
        Ask(async redis => (string?)await redis.GetDatabase().StringGetAsync(key), cancellationToken);

    public Task Set(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        Ask(redis => redis.GetDatabase().StringSetAsync(key, value, timeToLive), cancellationToken);

    public Task<bool> Add(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        Ask(redis => redis.GetDatabase().StringSetAsync(key, value, timeToLive, When.NotExists), cancellationToken);

    public Task<bool> Replace(string key, string expected, string value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        Ask(
            async redis =>
                (long)
                    await redis
                        .GetDatabase()
                        .ScriptEvaluateAsync(ReplaceScript, [key], [expected, value, (long)timeToLive.TotalMilliseconds]) == 1,
            cancellationToken
        );

    public Task<bool> Remove(string key, string? expected, CancellationToken cancellationToken) =>
        expected is null
            ? Ask(redis => redis.GetDatabase().KeyDeleteAsync(key), cancellationToken)
            : Ask(
                async redis => (long)await redis.GetDatabase().ScriptEvaluateAsync(RemoveScript, [key], [expected]) == 1,
                cancellationToken
            );

    public Task<(long Count, TimeSpan TimeToLive)> Increment(string key, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        Ask(
            async redis =>
            {
                var answer = (RedisResult[])
                    (await redis.GetDatabase().ScriptEvaluateAsync(IncrementScript, [key], [(long)timeToLive.TotalMilliseconds]))!;
                return ((long)answer[0], TimeSpan.FromMilliseconds((long)answer[1]));
            },
            cancellationToken
        );

    public Task<bool> EnterAsync(string set, string member, int most, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        Ask(
            async redis =>
                (long)await redis.GetDatabase().ScriptEvaluateAsync(EnterScript, [set], [member, most, (long)timeToLive.TotalMilliseconds])
                == 1,
            cancellationToken
        );

    public Task LeaveAsync(string set, string member, CancellationToken cancellationToken) =>
        Ask(redis => redis.GetDatabase().SortedSetRemoveAsync(set, member), cancellationToken);

    public Task Publish(string channel, string message, CancellationToken cancellationToken) =>
        Ask(
            redis => redis.GetSubscriber().PublishAsync(new RedisChannel(channel, RedisChannel.PatternMode.Literal), message),
            cancellationToken
        );

    public async Task Subscribe(string pattern, Action<string, string> onMessage, CancellationToken cancellationToken)
    {
        var channel = new RedisChannel(pattern, RedisChannel.PatternMode.Pattern);
        var isWanted = true;
        try
        {
            await Ask(Confirmed, cancellationToken);
        }
        catch
        {
            // Whoever tries again would hear everything twice.
            isWanted = false;
            throw;
        }

        // One try at a time, and each undoes itself: a late UNSUBSCRIBE of one that was given up could cancel the subscription of the next.
        async Task<bool> Confirmed(IConnectionMultiplexer redis)
        {
            await _subscribing.WaitAsync(CancellationToken.None);
            try
            {
                var subscriber = redis.GetSubscriber();
                if (isWanted)
                {
                    await subscriber.SubscribeAsync(channel, OnMessage);
                }

                // The client also returns where it has no server, and makes the subscription up for some time after one is back.
                if (isWanted && subscriber.IsConnected(channel))
                {
                    return true;
                }

                await subscriber.UnsubscribeAsync(channel, OnMessage);
                throw new TimeoutException("Redis took no subscription yet.");
            }
            finally
            {
                _subscribing.Release();
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

    public void Dispose() => _subscribing.Dispose();

    // A write that changes nothing: a server that is full (maxmemory), can't write its file or has become a replica refuses it, while it
    // would still answer PING. This one does not wait for a connection.
    public Task Ping(CancellationToken cancellationToken) =>
        Ask(redis => redis.GetDatabase().StringSetRangeAsync(PingKey, 0, ""), cancellationToken, isPatient: false);

    private async Task<T> Ask<T>(Func<IConnectionMultiplexer, Task<T>> command, CancellationToken cancellationToken, bool isPatient = true)
    {
        try
        {
            return await Connected().WaitAsync(Patience, cancellationToken);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new RedisUnavailableException(e);
        }

        // A server that is only started anew is back within a second, and no caller need notice: a command that no connection took is
        // asked again. One that was taken and not answered may have been carried out, and is not.
        async Task<T> Connected()
        {
            while (true)
            {
                try
                {
                    var answer = await command(await connection.Get());
                    Volatile.Write(ref _awaySince, 0);
                    return answer;
                }
                catch (RedisConnectionException e)
                    when (e.FailureType == ConnectionFailureType.UnableToResolvePhysicalConnection && MayReturn() && isPatient)
                {
                    await Task.Delay(Pause, cancellationToken);
                }
            }
        }
    }

    // For as long as one caller may wait; of an outage that is longer, all the others are told at once.
    private bool MayReturn()
    {
        var now = Stopwatch.GetTimestamp();
        var since = Interlocked.CompareExchange(ref _awaySince, now, 0);
        return since == 0 || Stopwatch.GetElapsedTime(since, now) < Patience;
    }
}
