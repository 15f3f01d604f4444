using StackExchange.Redis;

namespace MariosPizzeria.BuildingBlocks.Caching;

/// <summary>
/// The process's connection to Redis, created on first use, because registration does no I/O. No thread blocks until it is created: a
/// hundred requests to a process that has just started would block every thread of the pool, and connecting needs one of them.
/// </summary>
internal sealed class RedisConnection(Func<Task<IConnectionMultiplexer>> connect) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task<IConnectionMultiplexer>? _connection;

    /// <summary>The connection if it was created, otherwise null; it may be down.</summary>
    public IConnectionMultiplexer? Created => _connection is { IsCompletedSuccessfully: true } made ? made.GetAwaiter().GetResult() : null;

    /// <summary>Returns the only connection of this process, which reconnects by itself.</summary>
    public Task<IConnectionMultiplexer> GetAsync()
    {
        lock (_gate)
        {
            // If connecting failed (for example, the host name does not resolve yet), the next caller tries again.
            return _connection is null or { IsCompleted: true, IsCompletedSuccessfully: false }
                ? _connection = Task.Run(connect)
                : _connection;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { IsCompletedSuccessfully: true })
        {
            await (await _connection).CloseAsync();
        }
    }
}
