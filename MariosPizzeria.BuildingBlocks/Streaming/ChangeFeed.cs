namespace MariosPizzeria.BuildingBlocks.Streaming;

/// <summary>
/// Wakes the viewers of a document, or of all documents of its type, when it changes in any replica. The process has one subscription, from
/// its first viewer on, and for each viewed document one signal that all its viewers wait for.
/// </summary>
public sealed class ChangeFeed<T>(ChangeHints<T> hints) : BackgroundService
    where T : class, IDocument
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Viewed> _viewed = new(StringComparer.Ordinal);
    private readonly AsyncSignal _any = new();
    private readonly TaskCompletionSource _firstViewer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins to view a document; disposing of the subscription ends it.</summary>
    public Subscription Subscribe(string id)
    {
        lock (_gate)
        {
            if (!_viewed.TryGetValue(id, out var viewed))
            {
                _viewed[id] = viewed = new();
            }

            viewed.Viewers++;
            _firstViewer.TrySetResult();
            return new(this, id, viewed.Changed);
        }
    }

    /// <summary>Completes when any document of the type may have changed.</summary>
    public Task NextChangeOfAnyAsync()
    {
        _firstViewer.TrySetResult();
        return _any.Next;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _firstViewer.Task.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await hints.FollowAsync(OnHint, NotifyAll, stoppingToken);
    }

    private void OnHint(string id)
    {
        _any.Set();
        lock (_gate)
        {
            if (_viewed.TryGetValue(id, out var viewed))
            {
                viewed.Changed.Set();
            }
        }
    }

    private void NotifyAll()
    {
        _any.Set();
        lock (_gate)
        {
            foreach (var viewed in _viewed.Values)
            {
                viewed.Changed.Set();
            }
        }
    }

    private void Unsubscribe(string id)
    {
        lock (_gate)
        {
            if (--_viewed[id].Viewers == 0)
            {
                _viewed.Remove(id);
            }
        }
    }

    /// <summary>One viewer of one document.</summary>
    public sealed class Subscription : IDisposable
    {
        private readonly ChangeFeed<T> _feed;
        private readonly string _id;
        private readonly AsyncSignal _changed;

        internal Subscription(ChangeFeed<T> feed, string id, AsyncSignal changed) => (_feed, _id, _changed) = (feed, id, changed);

        /// <summary>A task that completes when the document may have changed.</summary>
        public Task NextChange => _changed.Next;

        /// <summary>Ends viewing; must be called once.</summary>
        public void Dispose() => _feed.Unsubscribe(_id);
    }

    private sealed class Viewed
    {
        public AsyncSignal Changed { get; } = new();

        public int Viewers { get; set; }
    }
}

/// <summary>Sets up feeds.</summary>
public static class ChangeFeedRegistration
{
    /// <summary>Announces every change of a type of document, and wakes its viewers.</summary>
    /// <param name="services">The services of a process that shows such documents.</param>
    /// <param name="prefix">As for <see cref="ChangeHintRegistration.AddChangeHints{T}"/>.</param>
    public static IServiceCollection AddChangeFeed<T>(this IServiceCollection services, string prefix)
        where T : class, IDocument =>
        services
            .AddChangeHints<T>(prefix)
            .AddSingleton<ChangeFeed<T>>()
            .AddHostedService(provider => provider.GetRequiredService<ChangeFeed<T>>());
}
