using StackExchange.Redis;

namespace MariosPizzeria.ServiceDefaults.Caching;

/// <summary>
/// The process's connection to Redis, made on first use, because registering does no I/O. Nobody waits for it on a thread: a
/// hundred requests that meet a process just started would hold every thread of the pool, and the connection needs one to come about.
/// </summary>
internal sealed class RedisConnection(Func<Task<IConnectionMultiplexer>> connect) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task<IConnectionMultiplexer>? _connection;

    /// <summary>The one connection of this process, which finds its server again by itself.</summary>
    public Task<IConnectionMultiplexer> Get()
    {
        lock (_gate)
        {
            // One that failed for good (a name that nobody knows yet) is tried again by the next caller.
            return _connection is null or { IsFaulted: true } ? _connection = Task.Run(connect) : _connection;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is { IsCompletedSuccessfully: true })
        {
            await (await _connection).CloseAsync();
        }
    }
}
