namespace MariosPizzeria.BuildingBlocks.Caching;

/// <summary>A cache in the memory of one process: for tests and for trying out the product, never for a process with replicas.</summary>
internal sealed class MemoryCache(TimeProvider time) : ICache
{
    private readonly Dictionary<string, (string Value, DateTimeOffset Until)> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, DateTimeOffset>> _sets = new(StringComparer.Ordinal);
    private readonly List<(string Prefix, Action<string, string> OnMessage)> _subscribers = [];
    private readonly Lock _gate = new();

    public Task<string?> GetAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(Current(key)?.Value);
        }
    }

    public Task SetAsync(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _entries[key] = (value, time.GetUtcNow() + timeToLive);
        }

        return Task.CompletedTask;
    }

    public Task<bool> AddAsync(string key, string value, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Current(key) is not null)
            {
                return Task.FromResult(false);
            }

            _entries[key] = (value, time.GetUtcNow() + timeToLive);
            return Task.FromResult(true);
        }
    }

    public Task<bool> ReplaceAsync(string key, string expected, string value, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Current(key)?.Value != expected)
            {
                return Task.FromResult(false);
            }

            _entries[key] = (value, time.GetUtcNow() + timeToLive);
            return Task.FromResult(true);
        }
    }

    public Task<bool> RemoveAsync(string key, string? expected, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(Current(key) is { } entry && (expected is null || entry.Value == expected) && _entries.Remove(key));
        }
    }

    public Task<IReadOnlyList<(long Count, TimeSpan TimeToLive)>> IncrementAsync(
        IReadOnlyList<string> keys,
        TimeSpan timeToLive,
        CancellationToken cancellationToken
    )
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            return Task.FromResult<IReadOnlyList<(long, TimeSpan)>>([.. keys.Select(key => Increment(key, timeToLive, now))]);
        }
    }

    public Task<long> CountScoresAboveAsync(string key, long floor, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var count = Current(key) is { } entry ? long.Parse(entry.Value, System.Globalization.CultureInfo.InvariantCulture) : 0;
            count = Math.Max(count, floor) + 1;
            _entries[key] = (count.ToString(System.Globalization.CultureInfo.InvariantCulture), time.GetUtcNow() + timeToLive);
            return Task.FromResult(count);
        }
    }

    public Task<bool> TryEnterAsync(string set, string member, int most, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (!_sets.TryGetValue(set, out var members))
            {
                _sets[set] = members = new(StringComparer.Ordinal);
            }

            foreach (var (gone, _) in members.Where(each => each.Value <= now).ToList())
            {
                members.Remove(gone);
            }

            if (!members.ContainsKey(member) && members.Count >= most)
            {
                return Task.FromResult(false);
            }

            members[member] = now + timeToLive;
            return Task.FromResult(true);
        }
    }

    public Task LeaveAsync(string set, string member, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _sets.GetValueOrDefault(set)?.Remove(member);
        }

        return Task.CompletedTask;
    }

    public Task PublishAsync(string channel, string message, CancellationToken cancellationToken)
    {
        Action<string, string>[] listeners;
        lock (_gate)
        {
            listeners =
            [
                .. _subscribers.Where(each => channel.StartsWith(each.Prefix, StringComparison.Ordinal)).Select(each => each.OnMessage),
            ];
        }

        foreach (var listener in listeners)
        {
            listener(channel, message);
        }

        return Task.CompletedTask;
    }

    public Task SubscribeAsync(string pattern, Action<string, string> onMessage, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _subscribers.Add((pattern.TrimEnd('*'), onMessage));
        }

        return Task.CompletedTask;
    }

    public bool IsSubscribed(string pattern) => true;

    public Task PingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The caller must hold the lock.</summary>
    private (long Count, TimeSpan TimeToLive) Increment(string key, TimeSpan timeToLive, DateTimeOffset now)
    {
        var (count, until) = Current(key) is { } entry
            ? (long.Parse(entry.Value, System.Globalization.CultureInfo.InvariantCulture) + 1, entry.Until)
            : (1, now + timeToLive);
        _entries[key] = (count.ToString(System.Globalization.CultureInfo.InvariantCulture), until);
        return (count, until - now);
    }

    /// <summary>The caller must hold the lock.</summary>
    private (string Value, DateTimeOffset Until)? Current(string key)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            return null;
        }

        if (entry.Until > time.GetUtcNow())
        {
            return entry;
        }

        _entries.Remove(key);
        return null;
    }
}
